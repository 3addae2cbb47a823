/** What is copied: one large file, or a folder of small ones, of bytes that nothing can compress. */
import { createHash, randomFillSync } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readSync, readdirSync, statSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'

const PIECE_BYTES = 4_194_304

export interface Load {
  readonly name: string
  readonly files: number
  readonly bytesEach: number
}

export const LARGE: Load = { name: 'large.bin', files: 1, bytesEach: 4_294_967_296 }
export const MANY: Load = { name: 'many', files: 10_000, bytesEach: 10_000 }

export function bytesOf({ files, bytesEach }: Load): number {
  return files * bytesEach
}

export function smaller({ name, files, bytesEach }: Load): Load {
  return {
    name,
    files: Math.ceil(files / 10),
    bytesEach: files === 1 ? Math.ceil(bytesEach / 10) : bytesEach,
  }
}

/** Makes it in `folder`, once. @returns its path */
export function makeLoad(folder: string, { name, files, bytesEach }: Load): string {
  const path = join(folder, name)
  if (statSync(path, { throwIfNoEntry: false })) return path
  if (files === 1) writeRandom(path, bytesEach)
  else for (let number = 0; number < files; number++) writeRandom(join(path, fileName(number)), bytesEach)
  return path
}

/** A hundred files a folder, as a person would have them. */
function fileName(number: number): string {
  return join(`folder-${String(Math.floor(number / 100))}`, `file-${String(number)}.dat`)
}

function writeRandom(path: string, bytes: number): void {
  mkdirSync(dirname(path), { recursive: true })
  const piece = randomFillSync(new Uint8Array(Math.min(bytes, PIECE_BYTES)))
  const file = openSync(path, 'w')
  for (let left = bytes; left > 0; left -= piece.length) {
    // Each piece another one, at the price of eight bytes.
    new DataView(piece.buffer).setFloat64(0, left)
    writeSync(file, piece, 0, Math.min(left, piece.length))
  }
  closeSync(file)
}

/** Paths of the files below `path`, from there; of a file itself, an empty one. */
export function filesBelow(path: string): string[] {
  if (statSync(path).isFile()) return ['']
  const entries = readdirSync(path, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    .toSorted()
}

/** @throws Error unless `copy` holds what `original` holds */
export function compare(original: string, copy: string): void {
  const [here, there] = [filesBelow(original), filesBelow(copy)]
  if (here.join('\n') !== there.join('\n')) throw new Error('the copy has other files')
  for (const name of here)
    if (digest(join(original, name)) !== digest(join(copy, name))) throw new Error(`${name} differs`)
}

function digest(path: string): string {
  const hash = createHash('sha256')
  const piece = Buffer.alloc(PIECE_BYTES)
  const file = openSync(path, 'r')
  for (let read = readSync(file, piece); read > 0; read = readSync(file, piece))
    hash.update(piece.subarray(0, read))
  closeSync(file)
  return hash.digest('hex')
}
