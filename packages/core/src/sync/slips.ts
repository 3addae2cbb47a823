/**
 * Acknowledgements by keepers (spec §16.7): a reader leaves them, sealed, where it was offered what an author left; the author, who
 * may never meet it, hears so that its entries came, and were read.
 */
import { concat, equalBytes } from '../bytes.ts'
import { PeerFault } from '../fault.ts'
import type { BlobId, ConversationId, DeviceId } from '../id.ts'
import { slipDigest } from '../keeping/keptSlips.ts'
import { completeStatement, openSlip, sealSlip } from '../keeping/slips.ts'
import { MAX_ACKS_PER_SLIP, MAX_COMPLETES_PER_SLIP } from '../keeping/spec.ts'
import { MAX_SLIPS_UNDER_WAY, SLIP_AGAIN_MS, SLIP_DELAY_MS } from '../keeping/tuning.ts'
import { decodeFrame, encodeFrame, type Acknowledgement, type Frame } from './frame.ts'
import type { KeepingHost, SyncHost } from './host.ts'
import type { Session } from './session.ts'

type FrameOf<T extends Frame['type']> = Extract<Frame, { type: T }>

interface CompleteHere {
  readonly conversation: ConversationId
  readonly blob: BlobId
}

/** Acknowledgements of this device in one conversation, by the author whose entries they are of. */
type OwnAcks = ReadonlyMap<DeviceId | undefined, readonly Acknowledgement[]>

export interface SlipsCalls {
  readonly sessions: () => Iterable<Session>
  /** Runs what a timer does: nobody else catches what the store throws. */
  readonly guarded: (work: () => void) => void
  /** Acknowledgements of this device's own entries. */
  readonly acknowledged: (conversation: ConversationId, acks: readonly Acknowledgement[]) => void
  /** Authors of what a keeper offered to this device. */
  readonly authorsAt: (session: Session) => Iterable<DeviceId>
}

export class Slips {
  private readonly host: SyncHost
  private readonly keeping: KeepingHost
  private readonly calls: SlipsCalls
  /** What each keeper was given for each author last, and when, by the monotonic clock. */
  private readonly left = new Map<string, { readonly digest: Uint8Array; readonly at: number }>()
  private readonly due = new Set<Session>()
  private cancelLeave: (() => void) | undefined
  /** Of a keeper: whose slips each device is being given, and those that it was given. */
  private readonly given = new Map<Session, { readonly done: Set<DeviceId>; readonly open: Set<DeviceId> }>()

  constructor(host: SyncHost, keeping: KeepingHost, calls: SlipsCalls) {
    this.host = host
    this.keeping = keeping
    this.calls = calls
  }

  ended(session: Session): void {
    this.given.delete(session)
    this.due.delete(session)
  }

  stop(): void {
    this.cancelLeave?.()
    this.cancelLeave = undefined
    this.due.clear()
  }

  // ---- as a reader

  /** There is something to say, perhaps, to whoever left things at this keeper. */
  leaveSoon(session: Session): void {
    if (!this.keeping.isKeeper(session.device) || this.keeping.isKeeper(this.host.self)) return
    this.due.add(session)
    this.cancelLeave ??= this.host.clock.after(SLIP_DELAY_MS, () => {
      this.leaveNow()
    })
  }

  /** @returns whether there was anybody to whom something might be said */
  leaveNow(): boolean {
    this.cancelLeave?.()
    this.cancelLeave = undefined
    const due = [...this.due]
    this.due.clear()
    this.calls.guarded(() => {
      for (const one of due) this.leave(one)
    })
    for (const one of due) one.flush()
    return due.length > 0
  }

  private leave(session: Session): void {
    if (!this.keeping.isKeeper(session.device) || this.keeping.isKeeper(this.host.self)) return
    const now = this.host.clock.elapsed()
    for (const [key, { at }] of this.left) if (now - at >= SLIP_AGAIN_MS) this.left.delete(key)
    const own = new Map<ConversationId, OwnAcks>()
    const present = new Set([...this.calls.sessions()].map(({ device }) => device))
    for (const author of new Set(this.calls.authorsAt(session)))
      if (!present.has(author)) this.leaveFor(session, author, own)
  }

  private leaveFor(session: Session, author: DeviceId, own: Map<ConversationId, OwnAcks>): void {
    const { suite } = this.host
    const acks = this.acksFor(author, own)
    const completes = this.completesFor(author)
    const conversation = acks[0]?.conversation ?? completes[0]?.conversation
    const target = conversation && this.keeping.targets(conversation).find(({ device }) => device === author)
    if (target === undefined) return
    const key = `${session.device}/${author}`
    const said = [...acks.map((frame) => encodeFrame(frame)), ...completes.map((one) => this.statement(one))]
    const digest = suite.hash(concat(...said))
    const before = this.left.get(key)?.digest
    if (before !== undefined && equalBytes(before, digest)) return
    const frames = [...acks, ...this.signed(completes)].map((frame) => encodeFrame(frame))
    const slip = sealSlip(suite, this.keeping.random, target, frames)
    if (slip === undefined) return
    this.left.set(key, { digest, at: this.host.clock.elapsed() })
    session.send({ type: 'slip', ...slip })
  }

  private acksFor(author: DeviceId, own: Map<ConversationId, OwnAcks>): FrameOf<'acknowledgements'>[] {
    const frames: FrameOf<'acknowledgements'>[] = []
    let room = MAX_ACKS_PER_SLIP
    for (const conversation of this.host.shared(author)) {
      const all = own.get(conversation) ?? this.ownAcks(conversation)
      own.set(conversation, all)
      const acknowledgements = room === 0 ? [] : (all.get(author) ?? []).slice(-room)
      if (acknowledgements.length === 0) continue
      room -= acknowledgements.length
      frames.push({ type: 'acknowledgements', conversation, acknowledgements })
    }
    return frames
  }

  private ownAcks(conversation: ConversationId): OwnAcks {
    const { host } = this
    const own = host.acknowledgements.all(conversation).filter(({ device }) => device === host.self)
    return Map.groupBy(own, ({ feed }) => host.feeds(conversation).get(feed)?.device)
  }

  private completesFor(author: DeviceId): readonly CompleteHere[] {
    const shared = new Set(this.host.shared(author))
    const all = this.keeping.files?.complete(author) ?? []
    return all.filter(({ conversation }) => shared.has(conversation)).slice(-MAX_COMPLETES_PER_SLIP)
  }

  private statement({ conversation, blob }: CompleteHere): Uint8Array {
    return completeStatement(conversation, { blob, device: this.host.self })
  }

  private signed(completes: readonly CompleteHere[]): FrameOf<'completes'>[] {
    const { self: device, signingKey } = this.host
    const by = Map.groupBy(completes, ({ conversation }) => conversation)
    return [...by].map(([conversation, some]) => ({
      type: 'completes',
      conversation,
      completes: some.map((one) => ({
        ...{ blob: one.blob, device },
        signature: signingKey.sign(this.statement(one)),
      })),
    }))
  }

  // ---- as an author

  private take(session: Session, slip: FrameOf<'slip'>): void {
    if (!this.keeping.isKeeper(session.device)) return
    const { suite, self } = this.host
    const key = this.keeping.sealingKey(slip.generation)
    const frames = key && openSlip(key, self, slip)
    // Each signature is work that somebody asks for whom nobody can name.
    const room = { acks: MAX_ACKS_PER_SLIP, completes: MAX_COMPLETES_PER_SLIP }
    for (const bytes of frames ?? []) this.takeFrame(bytes, room)
    // What does not open is of no use there either.
    session.send({ type: 'slip-taken', device: slip.device, digest: slipDigest(suite, slip) })
  }

  /** What somebody sealed who is not named: it counts as far as it is signed, and is nobody's fault. */
  private takeFrame(bytes: Uint8Array, room: { acks: number; completes: number }): void {
    try {
      const frame = decodeFrame(bytes, this.host.suite.hashBytes)
      if (frame.type === 'acknowledgements') {
        const acks = frame.acknowledgements.slice(0, room.acks)
        room.acks -= acks.length
        this.calls.acknowledged(frame.conversation, acks)
      }
      if (frame.type === 'completes') {
        const completes = frame.completes.slice(0, room.completes)
        room.completes -= completes.length
        this.takeCompletes({ ...frame, completes })
      }
    } catch (fault) {
      if (!(fault instanceof PeerFault)) throw fault
    }
  }

  /** Up to the first that is not signed by whom it names. */
  private takeCompletes({ conversation, completes }: FrameOf<'completes'>): void {
    const { host } = this
    for (const one of completes) {
      const key = host.publicKey(one.device)
      if (key === undefined || !host.shares(one.device, conversation)) continue
      const verifier = host.suite.signing.verifier(key)
      if (!verifier.verify(completeStatement(conversation, one), one.signature)) return
      this.keeping.files?.completeAt(one.device, conversation, one.blob)
    }
  }

  // ---- both ways

  onSlip(session: Session, slip: FrameOf<'slip'>, isKeeper: boolean): void {
    if (!isKeeper) {
      this.take(session, slip)
      return
    }
    if (this.keeping.isKeeper(session.device) || this.host.publicKey(slip.device) === undefined) return
    const { kept } = this.keeping
    if (!kept.slips.put(session.device, slip)) return
    for (const other of this.calls.sessions()) {
      if (other.device !== slip.device) continue
      this.given.get(other)?.done.delete(session.device)
      this.give(other)
    }
  }

  // ---- as a keeper

  onTaken(session: Session, { device, digest }: FrameOf<'slip-taken'>): void {
    this.keeping.kept.slips.taken(device, session.device, digest)
    this.given.get(session)?.open.delete(device)
    this.give(session)
  }

  /** Some at a time: the next ones when these were taken. */
  give(session: Session): void {
    if (this.keeping.isKeeper(session.device)) return
    const { slips } = this.keeping.kept
    const given = this.given.get(session) ?? { done: new Set<DeviceId>(), open: new Set<DeviceId>() }
    this.given.set(session, given)
    for (const from of slips.for(session.device)) {
      if (given.open.size >= MAX_SLIPS_UNDER_WAY) return
      // The one before has not been taken yet: however fast somebody leaves new ones, one of each is under way.
      if (given.open.has(from)) continue
      const slip = given.done.has(from) ? undefined : slips.get(from, session.device)
      if (slip === undefined) continue
      given.done.add(from)
      given.open.add(from)
      session.send({ type: 'slip', ...slip })
    }
  }
}
