/** What is kept of who may do what with a file or folder: flags of attachments and of a folder's entries (spec §15.3). Nothing of it says who somebody is. */

export interface FileModes extends FolderModes {
  readonly executable: boolean
}

/** Of a folder, that it can be looked into goes without saying. */
export interface FolderModes {
  /** Nobody but its owner could read, write or run it, or look into it. */
  readonly ownerOnly?: true
  /** Nobody could write to it. */
  readonly readOnly?: true
}

const FLAG = { executable: 1, ownerOnly: 2, readOnly: 4 } as const
/** Bits that this release knows. */
export const KNOWN_FLAGS = FLAG.executable | FLAG.ownerOnly | FLAG.readOnly

export function flagsOf({ executable, ownerOnly, readOnly }: Partial<FileModes>): number {
  return (
    (executable === true ? FLAG.executable : 0) |
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
