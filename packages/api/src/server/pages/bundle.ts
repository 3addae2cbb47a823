/**
 * The built page, read once at the start: from then on no path of a request opens anything. Regular files under plain names
 * alone, bounded in number and bytes.
 */
import { constants } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { CallerFault } from '@triode/core'
import { Asset } from './asset.ts'
import { MAX_BUNDLE_BYTES, MAX_BUNDLE_DEPTH, MAX_BUNDLE_FILES } from '../tuning.ts'

/** By path as a request says it, such as `/assets/index-1a2b.js`. */
export type Bundle = ReadonlyMap<string, Asset>

export const INDEX_PATH = '/index.html'

/** As build tools name them; what begins with a dot is not for browsers. */
const PLAIN_NAME = /^[\w@-][\w.@-]*$/

/** @throws CallerFault 'page-unusable' where there is no index.html, too much, or what can't be read */
export async function loadBundle(folder: string): Promise<Bundle> {
  const bundle = new Map<string, Asset>()
  try {
    const budget = { bytes: MAX_BUNDLE_BYTES, files: MAX_BUNDLE_FILES }
    for await (const [path, bytes] of filesIn(folder, '', budget, 0))
      bundle.set(path, new Asset(bytes, extname(path)))
  } catch (cause) {
    throw cause instanceof CallerFault ? cause : unusable('The folder of the web page cannot be read', cause)
  }
  if (!bundle.has(INDEX_PATH)) throw unusable('The folder of the web page has no index.html')
  return bundle
}

interface Budget {
  bytes: number
  files: number
}

async function* filesIn(
  folder: string,
  prefix: string,
  budget: Budget,
  depth: number,
): AsyncGenerator<[path: string, bytes: Buffer]> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!PLAIN_NAME.test(entry.name)) continue
    const at = join(folder, entry.name)
    const path = `${prefix}/${entry.name}`
    if (entry.isDirectory() && depth < MAX_BUNDLE_DEPTH) yield* filesIn(at, path, budget, depth + 1)
    if (!entry.isFile()) continue
    const bytes = await read(at, budget.bytes)
    budget.bytes -= bytes.length
    budget.files -= 1
    if (budget.files < 0) throw unusable(`The web page has more than ${MAX_BUNDLE_FILES} files`)
    yield [path, bytes]
  }
}

/** What became a link or a pipe meanwhile is not followed or waited for. */
async function read(path: string, maxBytes: number): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const status = await file.stat()
    if (!status.isFile()) throw unusable('A file of the web page is none any more')
    if (status.size > maxBytes) throw unusable(`The web page has more than ${MAX_BUNDLE_BYTES} bytes`)
    return (await file.readFile()).subarray(0, status.size)
  } finally {
    await file.close()
  }
}

function unusable(message: string, cause?: unknown): CallerFault {
  return new CallerFault('page-unusable', { message, remedy: 'Build it anew with `npm run build`', cause })
}
