/** Tells who asked on a stream what is here of blobs, now and as it grows; one that does not read is told no more for the time being. */
import {
  MAX_INTERESTS,
  MAX_TOLD_RUNS,
  PeerFault,
  toldFrame,
  type BlobId,
  type Clock,
  type ConversationId,
  type Told,
} from '@triode/core'
import type { DataSender } from './dataSender.ts'
import type { ChunkSource } from './transferHost.ts'
import { MAX_RUNS_TOLD, TELL_BACKLOG_BYTES, TELL_EVERY_MS } from './tuning.ts'

interface Interest {
  readonly conversation: ConversationId
  /** There is something to tell. */
  isDue: boolean
  /** Chunks as it was told; undefined: not known here. */
  told: number | undefined
}

export interface TellerOptions {
  readonly data: Pick<DataSender, 'say' | 'backlogBytes'>
  readonly clock: Clock
  /** What may be told of; undefined: as if it were not known. */
  readonly find: (conversation: ConversationId, blob: BlobId) => Promise<ChunkSource | undefined>
  readonly failed: (cause: unknown) => void
}

export class Teller {
  private readonly options: TellerOptions
  private readonly interests = new Map<BlobId, Interest>()
  private cancel: (() => void) | undefined
  private isTelling = false
  private stopped = false

  constructor(options: TellerOptions) {
    this.options = options
  }

  /** @throws PeerFault 'too-many-requests' */
  add(conversation: ConversationId, blob: BlobId): void {
    if (this.interests.size >= MAX_INTERESTS && !this.interests.has(blob))
      throw new PeerFault('too-many-requests', { message: 'The far device asks for too many files at once.' })
    this.interests.set(blob, { conversation, isDue: true, told: undefined })
    this.tellAfter(0)
  }

  remove(blob: BlobId): void {
    this.interests.delete(blob)
  }

  /** In which conversation it was asked for; undefined: it was not. */
  conversationOf(blob: BlobId): ConversationId | undefined {
    return this.interests.get(blob)?.conversation
  }

  /** What is here of a blob, or who may ask for it, has changed. */
  changed(blob: BlobId): void {
    const interest = this.interests.get(blob)
    if (interest === undefined) return
    interest.isDue = true
    this.tellAfter(TELL_EVERY_MS)
  }

  stop(): void {
    this.stopped = true
    this.cancel?.()
  }

  private tellAfter(delayMs: number): void {
    if (this.cancel !== undefined || this.isTelling || this.stopped) return
    this.cancel = this.options.clock.after(delayMs, () => {
      this.cancel = undefined
      void this.tellDue()
    })
  }

  private async tellDue(): Promise<void> {
    this.isTelling = true
    try {
      for (const [blob, interest] of this.interests) {
        if (this.stopped || this.isBehind) break
        if (interest.isDue) await this.tell(blob, interest).catch(this.options.failed)
      }
    } finally {
      this.isTelling = false
    }
    for (const { isDue } of this.interests.values()) if (isDue) this.tellAfter(TELL_EVERY_MS)
  }

  private get isBehind(): boolean {
    return this.options.data.backlogBytes > TELL_BACKLOG_BYTES
  }

  private async tell(blob: BlobId, interest: Interest): Promise<void> {
    interest.isDue = false
    const stored = await this.options.find(interest.conversation, blob)
    const count = stored?.have.count
    // What was said stands until it is taken back.
    if (count === undefined || count < (interest.told ?? 0)) this.say({ type: 'unknown', blob })
    interest.told = count
    if (stored === undefined) return
    const runs = stored.have.runs(0, MAX_RUNS_TOLD)
    for (let at = 0; at === 0 || at < runs.length; at += MAX_TOLD_RUNS) {
      const more = at + MAX_TOLD_RUNS < runs.length
      this.say({ type: 'have', blob, runs: runs.slice(at, at + MAX_TOLD_RUNS), more })
    }
  }

  private say(told: Told): void {
    this.options.data.say(toldFrame(told))
  }
}
