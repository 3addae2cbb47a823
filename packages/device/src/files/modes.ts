/** Who may do what with a file on this disk: what of it is told to others, and what of what others told is done (spec §15.5). */
import { constants, type Stats } from 'node:fs'
import type { FileModes, FolderModes } from '@triode/core'

const OTHERS = constants.S_IRWXG | constants.S_IRWXO
const WRITE = constants.S_IWUSR | constants.S_IWGRP | constants.S_IWOTH
const RUN = constants.S_IXUSR | constants.S_IXGRP | constants.S_IXOTH
export const EVERYTHING = constants.S_IRWXU | OTHERS
/** Of a folder into which nobody else may look. */
export const OWN_FOLDER = constants.S_IRWXU

/** Of a file or a folder; which of both it is, decides whether it can be run. */
export function modesOfStats(stats: Pick<Stats, 'mode'>, isFile: boolean): FileModes {
  return { executable: isFile && (stats.mode & constants.S_IXUSR) !== 0, ...folderModesOf(stats) }
}

export function folderModesOf({ mode }: Pick<Stats, 'mode'>): FolderModes {
  return {
    ...((mode & OTHERS) === 0 && { ownerOnly: true }),
    ...((mode & WRITE) === 0 && { readOnly: true }),
  }
}

/** To make a file with, so that the umask of whoever saves it holds; nothing beyond reading, writing and running is ever in it. */
export function modeOfFile({ executable, ownerOnly, readOnly }: FileModes): number {
  const most = executable ? EVERYTHING : EVERYTHING & ~RUN
  return most & (ownerOnly === true ? ~OTHERS : -1) & (readOnly === true ? ~WRITE : -1)
}

/** The same of a folder, to be filled: it is closed to writing once all of it is there. */
export function modeOfFolder({ ownerOnly }: FolderModes): number {
  return ownerOnly === true ? EVERYTHING & ~OTHERS : EVERYTHING
}

/** Takes from everybody that they may write to it. @param mode what it has now */
export function closedToWriting(mode: number): number {
  return mode & EVERYTHING & ~WRITE
}
