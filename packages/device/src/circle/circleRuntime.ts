/** One circle while the device is unlocked: the participant, and what the network has to know of the circle. */
import {
  activeKey,
  CardBook,
  CircleMembership,
  CircleSecrets,
  conversationOf,
  deviceIdOf,
  eraseCircle,
  LastSeen,
  MembershipLog,
  OnionSeed,
  OwnInvitations,
  Participant,
  roomIdOf,
  SealingKeys,
  SecretRotation,
  SpokenInvitations,
  standingOf,
  type CircleConversation,
  type CircleId,
  type CircleState,
  type Clock,
  type ConversationId,
  type DeviceId,
  type Entry,
  type EntryHash,
  type FilesAtKeepers,
  type KeeperTerms,
  type MemberId,
  type ParticipantEvent,
  type Payload,
  type PendingAct,
  type PeerLink,
  type Primitives,
  type Random,
  type SearchIndex,
  type SigningKey,
  type Standing,
  type Store,
  type Suite,
  type SyncConnection,
  sortedMembers,
} from '@triode/core'
import type { Service } from '@triode/channels'
import type { InvitationService } from './circleNames.ts'
import type { TunnelIdentity } from '@triode/tunnel'
import { CircleCallers } from './callers.ts'
import { CircleNames } from './circleNames.ts'
import type { Audit } from '../audit/audit.ts'
import type { AuditView } from '../audit/auditView.ts'
import type { CardPace } from './cardPace.ts'
import type { CircleRecord } from './circleRecord.ts'
import { ComparedKeys } from './comparedKeys.ts'
import { Invitees } from '../joining/invitees.ts'
import { Disappearing } from '../conversation/disappearing.ts'
import { heldConversations } from '../conversation/heldConversations.ts'
import { OwnCard } from './ownCard.ts'
import { ROOM_NONCE_BYTES } from '../tuning.ts'
import { Whereabouts } from './whereabouts.ts'

export interface CircleRuntimeContext {
  readonly suite: Suite
  readonly primitives: Primitives
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly search: SearchIndex
  readonly storeIncarnation: Uint8Array
  /** Absent in tests of circles alone. */
  readonly audit?: Audit
  readonly cardPace?: CardPace
  /** What it takes for others, if it is a keeper there. */
  readonly keeperTerms?: KeeperTerms
  /** Bytes that are free on the vault's disk. */
  readonly freeBytes?: () => number
  /** Absent in tests of circles alone. */
  readonly files?: (circle: CircleId) => FilesAtKeepers
  readonly onEvent: (circle: CircleRuntime, event: ParticipantEvent) => void
}

export class CircleRuntime {
  readonly id: CircleId
  readonly self: DeviceId
  readonly member: MemberId
  readonly identity: TunnelIdentity
  readonly participant: Participant
  readonly invitations: OwnInvitations
  readonly names: CircleNames
  readonly spoken: SpokenInvitations
  /** Whoever calls with one of these invitations. */
  readonly invitees: Invitees
  readonly lastSeen: LastSeen
  readonly callers: CircleCallers
  /** Where the other devices are. */
  readonly whereabouts: Whereabouts
  readonly compared: ComparedKeys
  readonly disappearing: Disappearing
  private readonly context: CircleRuntimeContext
  private readonly signingKey: SigningKey
  private readonly log: MembershipLog
  private readonly cards: CardBook
  private readonly sealingKeys: SealingKeys
  private readonly secrets: CircleSecrets
  private readonly rotation: SecretRotation
  private readonly onionSeed: OnionSeed
  private readonly ownCard: OwnCard

  constructor(context: CircleRuntimeContext, record: CircleRecord) {
    const { suite, store, random } = context
    const circle = record.circle
    this.context = context
    this.id = circle
    this.signingKey = suite.signing.fromPkcs8(record.pkcs8)
    this.self = deviceIdOf(suite, this.signingKey.publicKey)
    this.member = record.member
    this.identity = { suite: record.suite, pkcs8: record.pkcs8, certificate: record.certificate }
    this.log = MembershipLog.open({ suite, store }, circle)
    this.cards = new CardBook({ suite, store, circle, publicKeyOf: (device) => activeKey(this.log, device) })
    this.sealingKeys = new SealingKeys({ suite, store, circle, random })
    this.secrets = new CircleSecrets(store, circle)
    this.compared = new ComparedKeys({
      ...{ suite, store, circle, clock: context.clock },
      member: this.member,
      publicKey: this.publicKey,
      state: () => this.state,
    })
    this.lastSeen = new LastSeen(store, circle)
    this.onionSeed = new OnionSeed(store, circle)
    this.invitations = new OwnInvitations({ suite, store, log: this.log, key: this.signingKey })
    this.spoken = new SpokenInvitations({ suite, store, log: this.log })
    this.rotation = this.openRotation()
    const { self, invitations, spoken } = this
    this.invitees = new Invitees({
      ...{ suite, primitives: context.primitives, random, clock: context.clock },
      ...{ spoken, identity: this.identity, circle: this },
    })
    this.names = new CircleNames({
      suite,
      clock: context.clock,
      self,
      secrets: this.rotation,
      invitations,
      spoken,
    })
    this.whereabouts = new Whereabouts({
      ...{ circle, self, clock: context.clock, cards: this.cards, names: this.names },
      inviterAddresses: record.inviterAddresses,
      state: () => this.state,
      standing: () => this.standing,
    })
    const { log, secrets, names } = this
    this.callers = new CircleCallers({ suite, clock: context.clock, log, secrets, names })
    this.participant = this.openParticipant()
    this.disappearing = new Disappearing({
      clock: context.clock,
      held: () => heldConversations(this),
      participant: this.participant,
    })
    this.ownCard = this.openOwnCard()
    // A rotation that is due is left to tick(): on a full disk this circle can be read.
    this.ownCard.publishFirst()
  }

  get state(): CircleState {
    return this.log.state()
  }

  get logSize(): number {
    return this.log.size
  }

  get suite(): Suite {
    return this.context.suite
  }

  conversation(id: ConversationId): CircleConversation | undefined {
    return conversationOf(this.state, id, this.member)
  }

  /** Signs an entry of the membership log and hands it to whoever is connected. @throws CallerFault */
  append(payload: Payload): Entry {
    const entry = this.audited(() => this.log.append(this.signingKey, payload, this.context.clock.now()))
    this.announceEntry(entry.hash)
    this.rotation.signed()
    return entry
  }

  entry(hash: EntryHash): Entry | undefined {
    return this.log.get(hash)
  }

  /** Runs `work`, which may append to the log, and enters in the audit log what came of it: one transaction. */
  audited<T>(work: () => T): T {
    return this.log.transaction(() => {
      const result = work()
      this.context.audit?.circle(this.auditView())
      return result
    })
  }

  /** What the audit log looks at. */
  auditView(): AuditView {
    const { id: circle, self, member, state, log } = this
    return {
      circle,
      self,
      member,
      state,
      log,
      secret: this.secrets.current.generation,
      sealing: this.sealingKeys.current.generation,
      isVerified: (device) => this.compared.isVerified(device),
    }
  }

  /** Makes a room with these members and oneself. @throws CallerFault */
  createRoom(members: readonly MemberId[]): ConversationId {
    const nonce = this.context.random.bytes(ROOM_NONCE_BYTES)
    this.append({ type: 'room', nonce, members: sortedMembers(members) })
    return roomIdOf(this.context.suite, this.id, this.self, nonce)
  }

  /** Tells connected devices of log entries that were added by other means than append(). */
  announceHeads(): void {
    for (const hash of this.log.heads()) this.announceEntry(hash)
  }

  /** Tells connected devices of a device that was just admitted, and the key to seal to it. */
  announceAdmission(device: DeviceId): void {
    this.context.audit?.tryCircle(this.auditView())
    this.announceHeads()
    const card = this.cards.bytesOf(device)
    if (card !== undefined) this.participant.sync.cardChanged(card)
  }

  // ---- who is who

  /** SPKI DER of this device. */
  get publicKey(): Uint8Array {
    return this.signingKey.publicKey
  }

  /** Acts that still may be agreed to, by this device's clock. */
  openActs(): PendingAct[] {
    const now = this.context.clock.now()
    return this.state.pending.filter(({ expires }) => expires >= now)
  }

  // ---- for the network

  /** What the join path works on. */
  joinParts() {
    const { suite, store, clock } = this.context
    return {
      suite,
      store,
      clock,
      log: this.log,
      cards: this.cards,
      secrets: this.secrets,
      invitations: this.invitations,
      key: this.signingKey,
    }
  }

  /** The onion service of this device in this circle; none where it is out. Makes its key the first time. */
  onionService(): Service | undefined {
    if (this.standing.standing !== 'active') return undefined
    const visitors = this.names.visitorKeys()
    return { id: this.id, seed: this.onionSeed.get(this.context.random), visitors }
  }

  /** Those of its invitations. */
  invitationServices(): InvitationService[] {
    return this.names.invitationServices(this.id)
  }

  /** What has become of this device here. */
  get standing(): Standing {
    return standingOf(this.state, this.self) ?? { standing: 'active' }
  }

  connect(link: PeerLink): SyncConnection {
    return this.participant.connect(link)
  }

  /**
   * Renews what depends on the time, and this device's card.
   * @param addresses where this device is reached
   * @param isStarting some may still be to come
   */
  tick(addresses: readonly string[], isStarting = false): void {
    const { generation } = this.secrets.current
    this.rotation.tick()
    if (this.secrets.current.generation !== generation) this.context.audit?.tryCircle(this.auditView())
    this.ownCard.publish(addresses, isStarting)
    this.invitations.sweep(this.context.clock.now())
    this.spoken.sweep(this.context.clock.now())
  }

  /** Erases everything of the circle that is stored. To be called in a transaction, after stop(). */
  erase(): void {
    this.eraseHistory()
    this.participant.eraseConversation(this.participant.membership.control)
    eraseCircle(this.context.store, this.id)
  }

  /** Erases what was written in the circle, the keys first. To be called in a transaction. */
  eraseHistory(): void {
    for (const { id } of heldConversations(this)) this.participant.eraseConversation(id)
  }

  stop(): void {
    this.participant.stop()
  }

  // ---- inside

  private openRotation(): SecretRotation {
    const { suite, clock, random } = this.context
    const { log, cards, secrets, self, member } = this
    return new SecretRotation({
      suite,
      state: () => log.state(),
      cards,
      secrets,
      clock,
      random,
      self,
      member,
      write: (plaintext) => {
        this.participant.writeControl(plaintext)
      },
      sealedTo: ({ feed, seq }, device) => this.participant.controlSealedTo(feed, seq, device),
    })
  }

  private openParticipant(): Participant {
    const { suite, store, clock, random, search, storeIncarnation } = this.context
    const { keeperTerms, freeBytes, files } = this.context
    const { self, member, signingKey } = this
    const { log, cards, sealingKeys } = this
    return new Participant({
      suite,
      store,
      clock,
      random,
      search,
      membership: new CircleMembership({ suite, log, cards, sealingKeys, self, member }),
      self,
      member,
      signingKey,
      orderKey: this.secrets.orderKey(suite),
      control: this.rotation,
      storeIncarnation,
      ...(keeperTerms && { keeperTerms }),
      ...(freeBytes && { freeBytes }),
      ...(files && { files: files(this.id) }),
      onEpoch: (conversation, epoch) => {
        this.context.audit?.record({ event: 'epoch-started', circle: this.id, conversation, epoch })
      },
      onEvent: (event) => {
        if (event.type === 'changes') this.disappearing.note(event.conversation)
        this.context.onEvent(this, event)
      },
    })
  }

  private openOwnCard(): OwnCard {
    const { suite, clock, cardPace } = this.context
    const { id: circle, self, signingKey, cards, sealingKeys, rotation } = this
    return new OwnCard({
      ...{ suite, clock, circle, self, signingKey, cards, sealingKeys, rotation },
      pace: cardPace,
      isActive: () => activeKey(this.log, self) !== undefined,
      published: (card) => {
        this.participant.sync.cardChanged(card)
      },
    })
  }

  private announceEntry(hash: Parameters<MembershipLog['bytesOf']>[0]): void {
    const bytes = this.log.bytesOf(hash)
    if (bytes !== undefined) this.participant.sync.logAppended(bytes)
  }
}
