/** Keeps what is being written: soon after the last key, and at once when one leaves. Pure: the device and time are handed in. */
export interface Draft {
  readonly text: string
  readonly replyTo?: string
}

export interface DraftPorts {
  readonly keep: (draft: Draft | null) => void
  /** Calls back once. @returns what prevents it */
  readonly after: (ms: number, act: () => void) => () => void
}

/** A pause between words; each keeping is a write to the disk. */
export const DRAFT_MS = 800

export class DraftKeeper {
  private readonly ports: DraftPorts
  private kept: Draft | null
  private current: Draft | null
  private stop: (() => void) | undefined

  constructor(kept: Draft | undefined, ports: DraftPorts) {
    this.ports = ports
    this.kept = kept ?? null
    this.current = this.kept
  }

  set(text: string, replyTo: string | undefined): void {
    const isNothing = text.trim() === '' && replyTo === undefined
    this.current = isNothing || text === '' ? null : { text, ...(replyTo !== undefined && { replyTo }) }
    this.stop?.()
    this.stop = this.ports.after(DRAFT_MS, () => this.flush())
  }

  /** Now; nothing where all is kept. */
  flush(): void {
    this.stop?.()
    this.stop = undefined
    if (isSame(this.current, this.kept)) return
    this.kept = this.current
    this.ports.keep(this.current)
  }
}

function isSame(one: Draft | null, other: Draft | null): boolean {
  return one?.text === other?.text && one?.replyTo === other?.replyTo
}
