/**
 * Taking frames in (spec §10.2): some waiting frames of every session in one transaction, and answers only after it. What
 * fails in one session's frames ends that session, and the others' frames are handled again without it; what fails in the
 * store ends all.
 */
import { Fault, PeerFault, Unavailable } from '../fault.ts'
import { DURABILITY, type Durability } from '../ports/store.ts'
import { bringsLogEntries, decodeFrame, tellsPositions, type Frame } from './frame.ts'
import type { SyncHost } from './host.ts'
import type { DeviceId } from '../id.ts'
import { LogShare } from './logShare.ts'
import type { Session, SessionMark } from './session.ts'
import {
  FRAME_OVERHEAD_BYTES,
  INBOX_HIGH_WATER_BYTES,
  MAX_BYTES_OF_ALL_PER_TRANSACTION,
  MAX_BYTES_PER_TRANSACTION,
  MAX_FRAMES_OF_ALL_PER_TRANSACTION,
  MAX_FRAMES_PER_TRANSACTION,
} from './tuning.ts'

export interface IntakeCalls {
  readonly sessions: () => Iterable<Session>
  readonly handle: (session: Session, frame: Frame) => void
  /** Draws the consequences of the log entries handled so far. @returns how many were new */
  readonly settle: () => number
  /** The transaction was undone: what was to be settled is gone. */
  readonly undone: () => void
  /** Log entries of a session were dropped. */
  readonly askForLog: (session: Session) => void
  /** What was handled is durable: announce it, and serve who waits. May throw what the store throws. */
  readonly stored: () => void
  /** Queued answers may go. */
  readonly serve: () => void
  readonly end: (session: Session, fault: Fault) => void
  /** The store failed: nothing of what came is acknowledged. */
  readonly failed: (cause: unknown) => void
}

/** Frames that one transaction has taken from a session. */
interface Taken {
  readonly mark: SessionMark
  readonly frames: Uint8Array[]
}

export class Intake {
  private readonly host: SyncHost
  private readonly calls: IntakeCalls
  private cancelDrain: (() => void) | undefined
  private cancelWake: (() => void) | undefined
  /** Of devices that have used some of theirs, also after their session ended: a new one gives nobody a new share. */
  private readonly shares = new Map<DeviceId, LogShare>()
  private taken = new Map<Session, Taken>()
  /** Who broke the protocol in the open transaction. */
  private named: { readonly session: Session; readonly fault: PeerFault }[] = []
  private draining = false
  /** Whose turn it is, where the last transaction had no room for all. */
  private first: Session | undefined

  constructor(host: SyncHost, calls: IntakeCalls) {
    this.host = host
    this.calls = calls
  }

  /** Whether frames are being handled: what they changed is not durable yet, and nothing may be sent. */
  get isOpen(): boolean {
    return this.draining
  }

  add(session: Session, frame: Uint8Array): void {
    if (session.closed) return
    session.inbox.push(frame)
    session.inboxBytes += frame.length + FRAME_OVERHEAD_BYTES
    if (session.inboxBytes > INBOX_HIGH_WATER_BYTES && !session.paused) {
      session.paused = true
      session.link.setPaused(true)
    }
    this.schedule()
  }

  stop(): void {
    this.cancelDrain?.()
    this.cancelWake?.()
  }

  private schedule(): void {
    this.cancelDrain ??= this.host.clock.after(0, () => {
      this.cancelDrain = undefined
      this.drain()
    })
  }

  private drain(): void {
    try {
      // Each try is without one session more.
      while (!this.tryWaiting());
      this.calls.stored()
    } catch (cause) {
      this.calls.failed(cause)
      return
    }
    this.calls.serve()
    const waits: number[] = []
    for (const session of this.calls.sessions()) {
      if (session.inbox.length > 0) this.schedule()
      if (session.hasPostponedLog || session.logDropped) waits.push(this.waitMs(session))
    }
    this.wakeIn(waits)
    const now = this.host.clock.elapsed()
    for (const [device, share] of this.shares) if (share.isWhole(now)) this.shares.delete(device)
  }

  private wakeIn(waits: readonly number[]): void {
    this.cancelWake?.()
    if (waits.length === 0) return
    this.cancelWake = this.host.clock.after(Math.min(...waits), () => {
      this.schedule()
    })
  }

  /** Milliseconds until log entries of this device are handled again. */
  private waitMs({ device }: Session): number {
    return this.shares.get(device)?.waitMs(this.host.clock.elapsed()) ?? 0
  }

  private spend({ device }: Session, since: number, added: number): void {
    const now = this.host.clock.elapsed()
    if (now === since) return
    const share = this.shares.get(device) ?? new LogShare(since)
    share.spend(now, now - since, added)
    this.shares.set(device, share)
  }

  /** @returns false if a session had to be ended, and the others' frames wait again */
  private tryWaiting(): boolean {
    this.taken = new Map()
    this.named = []
    this.draining = true
    try {
      this.host.transact(() => {
        this.handleSomeOfAll()
      }, this.durability())
      return true
    } catch (cause) {
      this.calls.undone()
      if (!(cause instanceof SessionFailure)) throw cause
      this.putBack(cause.session)
      this.host.fault(undefined, cause.fault)
      this.calls.end(cause.session, cause.fault)
      return false
    } finally {
      this.draining = false
      for (const { session, fault } of this.named) this.host.fault(session.device, fault)
    }
  }

  /** Positions alone are worth no wait for the disk: they are told anew at the next connection. */
  private durability(): Durability {
    for (const { inbox, hasPostponedLog } of this.calls.sessions()) {
      if (hasPostponedLog) return DURABILITY.now
      for (const frame of inbox.slice(0, MAX_FRAMES_PER_TRANSACTION))
        if (!tellsPositions(frame)) return DURABILITY.now
    }
    return DURABILITY.soon
  }

  /** Of each that has its turn; those that this transaction has no room for come first in the next. */
  private handleSomeOfAll(): void {
    const all = [...this.calls.sessions()]
    const begin = this.first === undefined ? 0 : Math.max(0, all.indexOf(this.first))
    this.first = undefined
    let [bytes, frames] = [0, 0]
    for (const session of [...all.slice(begin), ...all.slice(0, begin)]) {
      if (bytes >= MAX_BYTES_OF_ALL_PER_TRANSACTION || frames >= MAX_FRAMES_OF_ALL_PER_TRANSACTION) {
        this.first = session
        return
      }
      const taken = this.handleSome(session)
      frames += taken.length
      for (const frame of taken) bytes += frame.length
    }
  }

  /** @returns the frames */
  private handleSome(session: Session): readonly Uint8Array[] {
    const taken: Taken = { mark: session.mark(), frames: [] }
    this.taken.set(session, taken)
    const logWaits = this.waitMs(session) > 0
    let bytes = 0
    for (let count = 0; count < MAX_FRAMES_PER_TRANSACTION && bytes < MAX_BYTES_PER_TRANSACTION; count++) {
      const frame = session.closed ? undefined : session.nextFrame(logWaits)
      if (frame === undefined) break
      bytes += frame.length
      taken.frames.push(frame)
      this.handle(session, frame)
    }
    this.settle(session)
    if (!logWaits && session.logDropped && !session.hasPostponedLog) {
      session.logDropped = false
      this.calls.askForLog(session)
    }
    if (session.paused && session.inboxBytes <= INBOX_HIGH_WATER_BYTES / 2) {
      session.paused = false
      session.link.setPaused(false)
    }
    return taken.frames
  }

  private handle(session: Session, bytes: Uint8Array): void {
    // Whatever else it asks for looks at the circle: that judges what was added, at the cost of who handed it over.
    const isLog = bringsLogEntries(bytes)
    if (!isLog) this.settle(session)
    const started = this.host.clock.elapsed()
    try {
      const frame = decodeFrame(bytes, this.host.suite.hashBytes)
      if (!session.greeted && frame.type !== 'hello') throw new PeerFault('hello-missing')
      this.calls.handle(session, frame)
    } catch (cause) {
      // The store is full, locked or gone: for all of them alike.
      if (cause instanceof Unavailable) throw cause
      if (!(cause instanceof PeerFault)) throw new SessionFailure(session, cause)
      this.named.push({ session, fault: cause })
      this.calls.end(session, cause)
    } finally {
      if (isLog) this.spend(session, started, 0)
    }
  }

  /** What goes wrong here is this device's own mistake, whatever its name. */
  private settle(session: Session): void {
    const started = this.host.clock.elapsed()
    try {
      this.spend(session, started, this.calls.settle())
    } catch (cause) {
      throw cause instanceof Unavailable ? cause : new SessionFailure(session, cause)
    }
  }

  /** The transaction was undone: what the others sent in it is handled again. Handling a frame twice is harmless. */
  private putBack(failed: Session): void {
    for (const [session, { mark, frames }] of this.taken) {
      if (session === failed || session.closed) continue
      session.returnTo(mark)
      session.inbox.unshift(...frames)
      for (const frame of frames) session.inboxBytes += frame.length + FRAME_OVERHEAD_BYTES
    }
  }
}

/** Something that is neither the far device's fault nor the store's went wrong while one session's frame was handled. */
class SessionFailure extends Error {
  readonly session: Session
  readonly fault: Fault

  constructor(session: Session, cause: unknown) {
    super('a frame could not be handled', { cause })
    this.session = session
    this.fault = cause instanceof Fault ? cause : new Unavailable('frame-failed', { cause })
  }
}
