/** Writes a server's frames: data never beyond what was granted, at the channel's rate, and no faster than the stream takes it (spec §15.7). */
import type { Duplex } from 'node:stream'
import type { Clock } from '@triode/core'
import type { RateLimit } from './rateLimit.ts'
import { UNREAD_ANSWER_BYTES, WRITE_AHEAD_BYTES } from './tuning.ts'

export class DataSender {
  private readonly stream: Duplex
  private readonly limit: RateLimit
  private readonly clock: Clock
  private granted = 0
  private sent = 0
  /** Bytes that were handed to the stream, and those of them that it has not taken yet. */
  private handedBytes = 0
  private pending = 0
  private wake: (() => void) | undefined
  /** A data frame has begun and has not ended. */
  private isInFrame = false
  /** What is to be told after that. */
  private readonly waiting: Uint8Array[] = []
  private waitingBytes = 0
  /** Bytes that were told and that the stream has not taken yet. */
  private toldBytes = 0

  constructor(stream: Duplex, limit: RateLimit, clock: Clock) {
    this.stream = stream
    this.limit = limit
    this.clock = clock
  }

  /** @param bytes in all @returns false: less than before */
  grant(bytes: number): boolean {
    if (bytes < this.granted) return false
    this.granted = bytes
    this.wake?.()
    return true
  }

  /** What may be sent now. */
  get room(): number {
    return this.granted - this.sent
  }

  /** Bytes that were handed to the stream so far. */
  get handed(): number {
    return this.handedBytes
  }

  /** Those that the stream is done with, of which the memory may be used again. */
  get taken(): number {
    return this.handedBytes - this.pending
  }

  /** Resolves when something may be sent; false: the stream has ended, or `isOver` says that nobody waits for it. */
  async hasRoom(isOver: () => boolean): Promise<boolean> {
    while (this.room === 0 && !this.stream.destroyed && !isOver()) await this.change(false)
    return !this.stream.destroyed && !isOver()
  }

  /** The same of an answer, of whatever kind: whoever does not read what it is told gets none, so that refusals don't gather here. */
  async mayAnswer(isOver: () => boolean): Promise<boolean> {
    while (this.toldBytes > UNREAD_ANSWER_BYTES && !this.stream.destroyed && !isOver())
      await this.change(false)
    return await this.hasRoom(isOver)
  }

  /** Makes hasRoom() look again whether it is over. */
  look(): void {
    this.wake?.()
  }

  /** A data frame. Resolves when all of it is handed to the stream; false: that has ended. */
  async send(head: Uint8Array, body: Uint8Array): Promise<boolean> {
    this.isInFrame = true
    const sent = (await this.write(head)) && (await this.write(body))
    this.isInFrame = false
    for (const frame of this.waiting.splice(0)) this.say(frame)
    this.waitingBytes = 0
    return sent
  }

  /** A frame that is no data. */
  say(frame: Uint8Array): void {
    if (this.stream.destroyed) return
    if (!this.isInFrame) {
      this.toldBytes += frame.length
      this.stream.write(frame, () => {
        this.toldBytes -= frame.length
        this.wake?.()
      })
      return
    }
    this.waiting.push(frame)
    this.waitingBytes += frame.length
  }

  /** Bytes that the far side has not read, as far as it shows here. */
  get backlogBytes(): number {
    return this.stream.writableLength + this.waitingBytes
  }

  private async write(bytes: Uint8Array): Promise<boolean> {
    for (let at = 0; at < bytes.length;) {
      if (this.stream.destroyed) return false
      const taken = this.pending >= WRITE_AHEAD_BYTES ? 0 : this.take(bytes.length - at)
      if (taken === 0) {
        await this.change(this.room > 0 && this.pending < WRITE_AHEAD_BYTES)
        continue
      }
      const piece = bytes.subarray(at, at + taken)
      at += taken
      this.pending += taken
      this.handedBytes += taken
      this.stream.write(piece, () => {
        this.pending -= taken
        this.wake?.()
      })
    }
    return true
  }

  private take(wanted: number): number {
    const taken = this.limit.take(Math.min(wanted, this.room))
    this.sent += taken
    return taken
  }

  /** A grant, a write that is done, the end, or time that has passed where a rate is limited. */
  private change(isLimited: boolean): Promise<void> {
    return new Promise((resolve) => {
      const cancel = isLimited ? this.clock.after(this.limit.waitMs(), () => this.wake?.()) : undefined
      this.wake = () => {
        cancel?.()
        this.wake = undefined
        resolve()
      }
    })
  }
}
