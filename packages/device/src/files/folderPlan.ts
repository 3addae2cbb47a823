/** Where each entry of a folder is written, under harmless names (spec §15.5); checked as a whole before anything is. */
import { PeerFault, SafeNames, safeName, staysWithin, type FileModes, type IndexedEntry } from '@triode/core'

export interface PlacedEntry extends FileModes {
  readonly kind: IndexedEntry['kind']
  /** Below the folder itself, with `/`. */
  readonly written: string
  readonly modifiedAt?: number
  readonly size: number
  /** Of a file: its first byte in the folder's blob. */
  readonly from: number
  /** Of a link, as it will stand in it. */
  readonly target?: string
}

/**
 * A file or folder that is saved by itself, under the name that its sender gave: not one that is hidden, which nobody sees there, and which
 * in a home folder some program may take for its settings, or run.
 */
export function savedName(name: string): string {
  const safe = safeName(name)
  return safe.startsWith('.') ? safeName(`_${safe}`) : safe
}

/** @throws PeerFault 'folder-malformed' for an entry without its folder before it, a name twice, or a link that leads out */
export function placed(entries: readonly IndexedEntry[]): PlacedEntry[] {
  const plan = new Plan()
  const all = entries.map((entry) => ({ entry, written: plan.place(entry) }))
  // What a link leads to may come after it.
  return all.map(({ entry, written }) => {
    const { kind, modifiedAt, executable, ownerOnly, readOnly, size, from, target } = entry
    return {
      kind,
      written: written.join('/'),
      ...(modifiedAt !== undefined && { modifiedAt }),
      executable,
      ...(ownerOnly && { ownerOnly }),
      ...(readOnly && { readOnly }),
      size,
      from,
      ...(target !== undefined && { target: plan.target(entry.path, target) }),
    }
  })
}

interface Folder {
  readonly written: readonly string[]
  readonly names: SafeNames
  /** What each name became. */
  readonly becomes: Map<string, string>
}

class Plan {
  private readonly folders = new Map<string, Folder>()

  constructor() {
    this.folders.set('', { written: [], names: new SafeNames(), becomes: new Map() })
  }

  place({ path, kind }: IndexedEntry): readonly string[] {
    const name = path.at(-1)
    const folder = this.folders.get(keyOf(path.slice(0, -1)))
    if (name === undefined || folder === undefined || folder.becomes.has(name)) throw malformed()
    const safe = folder.names.take(name)
    folder.becomes.set(name, safe)
    const written = [...folder.written, safe]
    if (kind === 'folder')
      this.folders.set(keyOf(path), { written, names: new SafeNames(), becomes: new Map() })
    return written
  }

  /** The same way under the names that are written. */
  target(path: readonly string[], target: readonly string[]): string {
    if (!staysWithin(path, target)) throw malformed()
    const at = path.slice(0, -1)
    const way: string[] = []
    for (const name of target) {
      if (name === '..') {
        at.pop()
        way.push(name)
        continue
      }
      way.push(this.folders.get(keyOf(at))?.becomes.get(name) ?? safeName(name))
      at.push(name)
    }
    return way.join('/')
  }
}

/** Names have no slash. */
function keyOf(path: readonly string[]): string {
  return path.join('/')
}

function malformed(): PeerFault {
  return new PeerFault('folder-malformed', {
    message: 'The list of what is in the folder breaks the rules: nothing of it was written.',
  })
}
