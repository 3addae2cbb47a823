/** What is being prepared just now, as it is shown to faces: from when it is looked through until it is sealed. */
import type { Attachment, BlobId, CircleId, Clock, Random } from '@triode/core'
import type { FoundConversation } from '../resolve.ts'
import type { FileView } from '../service.ts'
import type { Sending } from './making.ts'
import { nameOf } from './parts.ts'
import { Preparing, type Told } from './preparing.ts'
import { LOOKING_SHOWN_MS } from './tuning.ts'

export interface PreparationsOptions {
  readonly clock: Clock
  readonly random: Random
  /** One goes on. */
  readonly changed: (circle: CircleId, id: BlobId) => void
  /** It is prepared, or was called off. */
  readonly over: (id: BlobId, found: FoundConversation) => void
}

export class Preparations {
  private readonly options: PreparationsOptions
  private readonly shown = new Map<BlobId, { readonly one: Preparing; readonly sending: Sending }>()

  constructor(options: PreparationsOptions) {
    this.options = options
  }

  views(): FileView[] {
    return [...this.shown.values()].map(({ one }) => one.view())
  }

  view(id: string): FileView | undefined {
    return this.shown.get(id as BlobId)?.one.view()
  }

  /** What it is a part of. */
  sendingOf(id: string): Sending | undefined {
    return this.shown.get(id as BlobId)?.sending
  }

  /** It goes on; nothing is told of what is not shown. */
  changed({ id, found }: Preparing): void {
    if (this.shown.has(id)) this.options.changed(found.circle.id, id)
  }

  /** Shows it while `work` goes on. */
  async during(
    sending: Sending,
    told: Told,
    work: (one: Preparing) => Promise<Attachment>,
  ): Promise<Attachment> {
    const one = this.preparingOf(sending, told)
    const over = this.show(sending, one)
    try {
      return await work(one)
    } finally {
      over()
    }
  }

  /** What is chosen is many files, perhaps: where looking through them takes its time, it is shown meanwhile. @param look is to call `found` for each */
  async lookingThrough<T>(sending: Sending, look: (found: () => void) => Promise<T>): Promise<T> {
    const [first = ''] = sending.input.paths
    const nothingYet = { kind: 'folder', size: 0, files: 0, modifiedAt: undefined } as const
    const one = this.preparingOf(sending, { ...nothingYet, name: nameOf(first) })
    let over = (): void => undefined
    const cancel = this.options.clock.after(LOOKING_SHOWN_MS, () => {
      over = this.show(sending, one)
    })
    try {
      return await look(() => {
        one.foundOne()
        this.changed(one)
      })
    } finally {
      cancel()
      over()
    }
  }

  private preparingOf({ input: { found, sending } }: Sending, told: Told): Preparing {
    const { clock, random } = this.options
    return new Preparing(told, { found, sending, clock, random })
  }

  /** @returns the end of that */
  private show(sending: Sending, one: Preparing): () => void {
    const { found } = sending.input
    this.shown.set(one.id, { one, sending })
    this.changed(one)
    return () => {
      this.shown.delete(one.id)
      this.options.over(one.id, found)
    }
  }
}
