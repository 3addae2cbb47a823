/** Keeps what is being written: soon after the last key, and at once when one leaves. Pure: the device and time are handed in. */
export interface Draft {
  readonly text: string
  readonly replyTo?: string
}

/** How an own message is to be changed. */
export interface UnsentEdit {
  /** Of the message. */
  readonly id: string
  readonly text: string
}

export interface DraftPorts {
  /** Fails where the device did not take it. */
  readonly keep: (draft: Draft | null) => Promise<unknown>
  /** The same; text null removes what is kept of that message. */
  readonly keepEdit: (edit: { readonly id: string; readonly text: string | null }) => Promise<unknown>
  /** Calls back once. @returns what prevents it */
  readonly after: (ms: number, act: () => void) => () => void
}

/** A pause between words; each keeping is a write to the disk. */
export const DRAFT_MS = 800

/**
 * While one changes a message what is there is kept at the first letter and then so often: nobody is told that one does, so it
 * is how the device knows of it, which takes what is late for a moment after a lock (spec §13.5).
 */
export const EDIT_MS = 3_000

/** What is on its way. */
export interface Sending {
  /** The device has it: as a draft it goes. */
  readonly sent: () => void
  /** It stands again in front of what was written since, and is kept at once: the device may be locking. */
  readonly refused: () => void
}

export class DraftKeeper {
  private readonly ports: DraftPorts
  /** Undefined where that is not known. */
  private kept: Draft | null | undefined
  private current: Draft | null
  /** Handed over for sending, without an answer yet: a draft still. */
  private readonly underWay = new Set<Draft>()
  private stop: (() => void) | undefined
  private keptEdit: UnsentEdit | undefined
  private edit: UnsentEdit | undefined
  private stopSteady: (() => void) | undefined

  constructor(kept: Draft | undefined, keptEdit: UnsentEdit | undefined, ports: DraftPorts) {
    this.ports = ports
    this.kept = kept ?? null
    this.current = kept ?? null
    this.keptEdit = keptEdit
    this.edit = keptEdit
  }

  set(text: string, replyTo: string | undefined): void {
    this.current = draftOf(text, replyTo)
    this.pause()
  }

  /** What stands in the field of a message that is being changed; undefined once it is changed, or won't be. */
  setEdit(edit: UnsentEdit | undefined): void {
    this.edit = edit
    if (edit === undefined || this.stopSteady === undefined) this.flush()
    else this.pause()
    if (edit === undefined) return
    this.stopSteady ??= this.ports.after(EDIT_MS, () => {
      this.stopSteady = undefined
      this.flush()
    })
  }

  /** It leaves the field, to be sent. */
  send(text: string, replyTo: string | undefined): Sending {
    const draft: Draft = { text, ...(replyTo !== undefined && { replyTo }) }
    this.underWay.add(draft)
    this.set('', undefined)
    return {
      sent: () => {
        this.underWay.delete(draft)
        this.flush()
      },
      refused: () => {
        this.underWay.delete(draft)
        this.current = together([draft, this.current])
        this.flush()
      },
    }
  }

  /** Words that stayed in the field until the files went with which they were sent: unless they were changed since, they are no draft. */
  sentWithFiles(words: string): void {
    if (this.current?.text.trim() !== words) return
    this.current = null
    this.flush()
  }

  /** Now; nothing where all is kept. */
  flush(): void {
    this.stop?.()
    this.stop = undefined
    this.keepDraft()
    this.keepEdit()
  }

  private pause(): void {
    this.stop?.()
    this.stop = this.ports.after(DRAFT_MS, () => this.flush())
  }

  private keepDraft(): void {
    const draft = together([...this.underWay, this.current])
    if (this.kept !== undefined && isSame(draft, this.kept)) return
    this.kept = draft
    this.ports.keep(draft).catch(() => {
      // Unless something was kept since.
      if (this.kept === draft) this.kept = undefined
    })
  }

  private keepEdit(): void {
    const { edit, keptEdit } = this
    if (edit?.id === keptEdit?.id && edit?.text === keptEdit?.text) return
    const change = edit ?? (keptEdit && { id: keptEdit.id, text: null })
    if (change === undefined) return
    this.keptEdit = edit
    this.ports.keepEdit(change).catch(() => {
      // What was kept before is there still: the next time it is handed over again.
      if (this.keptEdit === edit) this.keptEdit = keptEdit
    })
  }
}

function draftOf(text: string, replyTo: string | undefined): Draft | null {
  const isNothing = text.trim() === '' && replyTo === undefined
  return isNothing || text === '' ? null : { text, ...(replyTo !== undefined && { replyTo }) }
}

/** One draft of several, in this order. */
function together(drafts: readonly (Draft | null)[]): Draft | null {
  const written = drafts.filter((one) => one !== null)
  const replyTo = written.find((one) => one.replyTo !== undefined)?.replyTo
  return draftOf(written.map(({ text }) => text).join('\n'), replyTo)
}

function isSame(one: Draft | null, other: Draft | null): boolean {
  return one?.text === other?.text && one?.replyTo === other?.replyTo
}
