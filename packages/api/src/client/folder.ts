/** A folder as one body (spec §13.11): how long its list is, the list (§15.4), then what its files hold, one after another. */
import { compareNames, concat, encodeFolderIndex, isFileName, u32, type FolderEntry } from '@triode/core'

/** Something in a folder, by its names from the folder itself down; without `file` it is a folder. */
export interface FolderItem {
  readonly path: readonly string[]
  readonly file?: Blob & { readonly lastModified?: number }
}

export interface PackedFolder {
  /** Nothing of the files is read to make it. */
  readonly body: Blob
  /** How many there are, to be said with it. */
  readonly files: number
  /** What has no name that could be sent, by its path: it is not in it, nor is what it holds. */
  readonly leftOut: readonly string[]
}

interface Node {
  readonly file?: FolderItem['file']
  readonly inside: Map<string, Node>
}

/**
 * In the one order that an index has, with each folder that is on the way to something.
 * @throws CallerFault 'folder-invalid' when no device would take so many, or so deep
 */
export function packFolder(items: Iterable<FolderItem>): PackedFolder {
  const root: Node = { inside: new Map() }
  const leftOut: string[] = []
  for (const item of items) if (!put(root, item)) leftOut.push(item.path.join('/'))
  const entries: FolderEntry[] = []
  const bodies: Blob[] = []
  for (const { path, node } of inOrder(root, [])) {
    const { file } = node
    entries.push(entryOf(path, file))
    if (file !== undefined) bodies.push(file)
  }
  const index = concat(...encodeFolderIndex(entries))
  const head = new Uint8Array(concat(u32(index.length), index))
  return { body: new Blob([head, ...bodies]), files: bodies.length, leftOut }
}

function put(root: Node, { path, file }: FolderItem): boolean {
  const names = path.map((name) => name.normalize('NFC'))
  const last = names.pop()
  if (last === undefined || ![...names, last].every(isFileName)) return false
  let at = root
  for (const name of names) at = folderIn(at, name)
  if (file === undefined) folderIn(at, last)
  else at.inside.set(free(last, at), { file, inside: new Map() })
  return true
}

function folderIn({ inside }: Node, name: string): Node {
  let result = name
  let known = inside.get(name)
  for (let count = 2; known?.file !== undefined; count++) {
    result = `${name} (${count.toString()})`
    known = inside.get(result)
  }
  if (known !== undefined) return known
  const made: Node = { inside: new Map() }
  inside.set(result, made)
  return made
}

/** Two names that differ by nothing but their form of Unicode would be one. */
function free(name: string, { inside }: Node): string {
  let result = name
  for (let count = 2; inside.has(result); count++) result = `${name} (${count.toString()})`
  return result
}

function* inOrder(folder: Node, path: readonly string[]): Generator<{ path: string[]; node: Node }> {
  const all = [...folder.inside].sort(([a], [b]) => compareNames(a, b))
  for (const [name, node] of all) {
    const below = [...path, name]
    yield { path: below, node }
    yield* inOrder(node, below)
  }
}

function entryOf(path: readonly string[], file: FolderItem['file']): FolderEntry {
  if (file === undefined) return { path, kind: 'folder', size: 0, executable: false }
  const modifiedAt = file.lastModified
  const isTold = modifiedAt !== undefined && Number.isSafeInteger(modifiedAt) && modifiedAt >= 0
  return { path, kind: 'file', size: file.size, executable: false, ...(isTold && { modifiedAt }) }
}
