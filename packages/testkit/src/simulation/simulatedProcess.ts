/** One run of a simulated device, from a start to its end: the real participant on a disk, whose timers and links end with it. */
import {
  activeKey,
  CardBook,
  CircleMembership,
  CircleSecrets,
  equalBytes,
  MembershipLog,
  nextCard,
  OwnInvitations,
  Participant,
  SealingKeys,
  SecretRotation,
  type CircleId,
  type Clock,
  type DeviceId,
  type EntryHash,
  type FilesAtKeepers,
  type MemberId,
  type ParticipantEvent,
  type Payload,
  type PeerLink,
  type SigningKey,
  type Suite,
  type SyncConnection,
} from '@triode/core'
import type { SeededRandom } from '../seededRandom.ts'
import type { ObservedStore } from './observedStore.ts'

/** How often a running device looks whether its sealing key is due and messages have expired. */
const TICK_MS = 600_000

export interface ProcessContext {
  /** Of the device, for what is said of it. */
  readonly name: string
  readonly suite: Suite
  readonly key: SigningKey
  readonly self: DeviceId
  readonly member: MemberId
  readonly circle: CircleId
  readonly store: ObservedStore
  /** The machine's. */
  readonly clock: Clock
  /** Of this start. */
  readonly randomFor: (purpose: string) => SeededRandom
  /** How often the disk was restored. */
  readonly incarnation: number
  /** Whoever has its files, if anybody. */
  readonly files?: FilesAtKeepers
  /** Something that must never happen. */
  readonly violated: (rule: string, what: string) => void
  readonly onEvent: (event: ParticipantEvent) => void
  /** The last frame of a link that the device closes. */
  readonly onLast: (to: DeviceId, last: Uint8Array) => void
}

export class SimulatedProcess {
  readonly store: ObservedStore
  readonly log: MembershipLog
  readonly cards: CardBook
  readonly sealingKeys: SealingKeys
  readonly secrets: CircleSecrets
  readonly rotation: SecretRotation
  readonly invitations: OwnInvitations
  readonly participant: Participant
  private readonly context: ProcessContext
  /** Timers of a process die with it. */
  private readonly clock: Clock
  private alive = true

  constructor(context: ProcessContext) {
    const { suite, store, circle, key, clock } = context
    this.context = context
    this.store = store
    this.clock = {
      now: () => clock.now(),
      elapsed: () => clock.elapsed(),
      after: (delayMs, work) =>
        clock.after(delayMs, () => {
          if (this.alive) work()
        }),
    }
    const log = MembershipLog.open({ suite, store }, circle)
    this.log = log
    this.cards = new CardBook({ suite, store, circle, publicKeyOf: (device) => activeKey(log, device) })
    this.sealingKeys = new SealingKeys({ suite, store, circle, random: context.randomFor('keys') })
    this.secrets = new CircleSecrets(store, circle)
    this.invitations = new OwnInvitations({ suite, store, log, key })
    this.rotation = this.openRotation()
    this.participant = this.openParticipant()
  }

  /** Does what is due, now and again and again. */
  begin(): void {
    this.tick()
    this.tickLater()
  }

  /** What it still does reaches nobody. */
  end(): void {
    this.alive = false
  }

  connect(link: PeerLink): SyncConnection {
    const { name, violated, onLast } = this.context
    const connection = this.participant.connect({
      ...link,
      send: (frame) => {
        if (!this.alive) return
        if (this.store.writing) violated('durable-first', `${name} sent before it had committed`)
        link.send(frame)
      },
      close: (fault, last) => {
        if (!this.alive) return
        if (last !== undefined) onLast(link.device, last)
        link.close(fault)
      },
    })
    return {
      receive: (frame) => {
        if (this.alive) connection.receive(frame)
      },
      drained: () => {
        if (this.alive) connection.drained()
      },
      disconnected: () => {
        if (this.alive) connection.disconnected()
      },
    }
  }

  /** Signs an entry of the membership log and hands it to whoever is connected. @throws CallerFault */
  append(payload: Payload): void {
    this.announce(this.log.append(this.context.key, payload, this.clock.now()).hash)
    this.rotation.signed()
  }

  /** Takes in a log entry that somebody hands to it, and hands it on. @throws PeerFault */
  take(entry: Uint8Array): void {
    this.log.add(entry)
    this.announceHeads()
  }

  /** Tells connected devices of log entries that were added by other means than append(). */
  announceHeads(): void {
    for (const hash of this.log.heads()) this.announce(hash)
  }

  publishCard(): void {
    const { suite, key: signingKey, circle, self } = this.context
    const { cards, sealingKeys, rotation } = this
    const { sync } = this.live
    const now = this.clock.now()
    sealingKeys.rotateIfDue(now)
    const { generation, key } = sealingKeys.current
    const known = cards.get(self)
    // After a restore the others may know another key of the same generation.
    const sameKey = known?.sealingGeneration === generation && equalBytes(known.sealingKey, key.publicKey)
    const secret = rotation.named(known?.secret)
    if (sameKey && known.secret === secret) return
    const fields = {
      sealingGeneration: generation,
      sealingKey: key.publicKey,
      addresses: [],
      secret,
      at: now,
    }
    const card = nextCard(suite, signingKey, circle, cards, fields)
    cards.put(card)
    rotation.published(known?.secret)
    sync.cardChanged(card)
  }

  /** @throws Error once it has ended */
  private get live(): Participant {
    if (!this.alive) throw new Error(`${this.context.name} does not run`)
    return this.participant
  }

  private openRotation(): SecretRotation {
    const { suite, self, member, randomFor } = this.context
    const { clock, log, cards, secrets } = this
    return new SecretRotation({
      suite,
      state: () => log.state(),
      cards,
      secrets,
      clock,
      random: randomFor('secrets'),
      self,
      member,
      write: (plaintext) => {
        this.live.writeControl(plaintext)
      },
      sealedTo: ({ feed, seq }, device) => this.live.controlSealedTo(feed, seq, device),
    })
  }

  private openParticipant(): Participant {
    const { suite, store, key, self, member, randomFor, incarnation, files, onEvent } = this.context
    const { clock, log, cards, sealingKeys, secrets, rotation } = this
    return new Participant({
      suite,
      store,
      clock,
      random: randomFor('writing'),
      search: undefined,
      membership: new CircleMembership({ suite, log, cards, sealingKeys, self, member }),
      self,
      member,
      signingKey: key,
      orderKey: secrets.orderKey(suite),
      control: rotation,
      storeIncarnation: Uint8Array.of(incarnation),
      ...(files !== undefined && { files }),
      onEvent,
    })
  }

  private announce(hash: EntryHash): void {
    const bytes = this.log.bytesOf(hash)
    if (bytes !== undefined) this.live.sync.logAppended(bytes)
  }

  private tickLater(): void {
    this.clock.after(TICK_MS, () => {
      this.tick()
      this.tickLater()
    })
  }

  private tick(): void {
    const { rotation, invitations, participant } = this
    try {
      rotation.tick()
      this.publishCard()
      invitations.sweep(this.clock.now())
      for (const conversation of participant.conversations()) participant.expire(conversation)
    } catch {
      // A full disk, or the end of the process: the next tick tries again.
    }
  }
}
