/** What is kept of who may do what with a file: flags of attachments and of a folder's entries (spec §15.3). Nothing of it says who somebody is. */

export interface FileModes {
  readonly executable: boolean
  /** Nobody but its owner could read, write or run it. */
  readonly ownerOnly?: true
  /** Nobody could write to it. */
  readonly readOnly?: true
}

const FLAG = { executable: 1, ownerOnly: 2, readOnly: 4 } as const
/** Bits that this release knows. */
export const KNOWN_FLAGS = FLAG.executable | FLAG.ownerOnly | FLAG.readOnly

export function flagsOf({ executable, ownerOnly, readOnly }: FileModes): number {
  return (
    (executable ? FLAG.executable : 0) |
    (ownerOnly === true ? FLAG.ownerOnly : 0) |
    (readOnly === true ? FLAG.readOnly : 0)
  )
}

export function modesOf(flags: number): FileModes {
  return {
    executable: (flags & FLAG.executable) !== 0,
    ...((flags & FLAG.ownerOnly) !== 0 && { ownerOnly: true }),
    ...((flags & FLAG.readOnly) !== 0 && { readOnly: true }),
  }
}
