/** What one chose to send: files, and folders with what is in them. */
import type { FolderItem } from '@triode/api'

/** Below the folder itself. */
export class ChosenFolder {
  readonly name: string
  readonly items: readonly FolderItem[]
  /** Bytes of all files in it. */
  readonly size: number
  readonly type = ''

  constructor(name: string, items: readonly FolderItem[]) {
    this.name = name
    this.items = items
    this.size = items.reduce((sum, { file }) => sum + (file?.size ?? 0), 0)
  }

  get files(): number {
    return this.items.filter(({ file }) => file !== undefined).length
  }
}

export type Chosen = File | ChosenFolder

/** Of what telephones write, browsers know some by name alone, if at all. */
const UNTYPED = /\.(?:heic|heif|hif|avif|mov|mp4|m4v|m4a|3gp|mkv|webm|flac|opus|ogg)$/iu
const CLEANED = /^(?:image|video|audio)\//u

/** Whether something may be taken out of it before it is sent: whoever sends it may choose. */
export function isCleaned(file: Chosen): boolean {
  return file instanceof ChosenFolder || CLEANED.test(file.type) || UNTYPED.test(file.name)
}

/** Files and folders that a page takes at once: their list is in its memory. */
export const MAX_ITEMS = 50_000

export class TooManyItems extends Error {}

/** Of an `input` that chooses folders, which says of each file where it lies; of empty folders it says nothing. @throws TooManyItems */
export function foldersOf(files: readonly File[]): ChosenFolder[] {
  if (files.length > MAX_ITEMS) throw new TooManyItems()
  const byFolder = Map.groupBy(files, ({ webkitRelativePath }) => webkitRelativePath.split('/')[0] ?? '')
  return [...byFolder].map(
    ([name, inside]) =>
      new ChosenFolder(
        name,
        inside.map((file) => ({ path: file.webkitRelativePath.split('/').slice(1), file })),
      ),
  )
}

/** What was dropped. To be called while the event is handled: its items are gone after it. @throws TooManyItems */
export function droppedItems(items: readonly DataTransferItem[]): Promise<Chosen[]> {
  const found = items.map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }))
  return Promise.all(
    found.map(({ entry, file }) => (isFolder(entry) ? folderOf(entry) : Promise.resolve(file))),
  ).then((all) => all.filter((one) => one !== null))
}

async function folderOf(folder: FileSystemDirectoryEntry): Promise<ChosenFolder> {
  const items: FolderItem[] = []
  const due: { readonly at: FileSystemDirectoryEntry; readonly path: readonly string[] }[] = [
    { at: folder, path: [] },
  ]
  for (let next = due.pop(); next !== undefined; next = due.pop()) {
    for await (const entry of inside(next.at)) {
      const path = [...next.path, entry.name]
      if (isFolder(entry)) {
        items.push({ path })
        due.push({ at: entry, path })
      } else items.push({ path, file: await fileOf(entry as FileSystemFileEntry) })
      if (items.length > MAX_ITEMS) throw new TooManyItems()
    }
  }
  return new ChosenFolder(folder.name, items)
}

/** A browser gives some at a time, and none when there are no more. */
async function* inside(folder: FileSystemDirectoryEntry): AsyncGenerator<FileSystemEntry> {
  const reader = folder.createReader()
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (some.length === 0) return
    yield* some
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject))
}

function isFolder(entry: FileSystemEntry | null): entry is FileSystemDirectoryEntry {
  return entry?.isDirectory === true
}
