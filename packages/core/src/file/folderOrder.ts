/**
 * Whether entries of a folder may follow each other as they do (spec §15.4): names are names, folders come before what is in them,
 * nothing comes twice, links stay inside. Needs no more memory than one path, however many entries there are.
 */
import { PeerFault } from '../fault.ts'
import { compareNames, staysWithin, type FolderEntry } from './folderEntry.ts'
import { isFileName } from './names.ts'
import { MAX_FOLDER_ENTRIES, MAX_FOLDER_NAMES } from './spec.ts'

export class FolderOrder {
  /** The last entry's path; all but its last name, and that one too if it is a folder, are folders. */
  private last: readonly string[] = []
  private isLastFolder = true
  private count = 0
  private names = 0

  /** @throws PeerFault 'malformed' */
  take({ path, kind, target }: FolderEntry): void {
    const name = path.at(-1) ?? ''
    const parent = path.length - 1
    this.names += path.length + (target?.length ?? 0)
    if (++this.count > MAX_FOLDER_ENTRIES || this.names > MAX_FOLDER_NAMES) throw malformed()
    if (!this.isOpen(path, parent) || !isFileName(name)) throw malformed()
    const sibling = this.last[parent]
    if (sibling !== undefined && compareNames(sibling, name) >= 0) throw malformed()
    if (target !== undefined && !staysWithin(path, target)) throw malformed()
    this.last = path
    this.isLastFolder = kind === 'folder'
  }

  /** Whether the first `depth` names of `path` are a folder that came, and out of which the order has not gone yet. */
  private isOpen(path: readonly string[], depth: number): boolean {
    const folders = this.last.length - (this.isLastFolder ? 0 : 1)
    if (depth > folders) return false
    for (let at = 0; at < depth; at++) if (path[at] !== this.last[at]) return false
    return true
  }
}

function malformed(): PeerFault {
  return new PeerFault('malformed')
}
