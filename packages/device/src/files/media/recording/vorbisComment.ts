/** Comments as Ogg and FLAC have them ("Ogg Vorbis I format specification: comment field and header specification"; RFC 9639 §8.6). */
import { cleanCoverWithin } from './cover.ts'
import { contentOf, isKept, type Content } from './kept.ts'

/** More than any program writes. */
const MAX_COMMENTS = 65_536
const SPACE = 0x20
const PICTURE = 'METADATA_BLOCK_PICTURE'

/**
 * Writes over what is not content: one comment becomes another of the same length that says nothing. Who made the coder is said at the beginning, and goes too.
 * @param bytes from where it begins; may go on behind its end
 * @returns whether it is one: if not, nothing was written
 */
export function cleanComments(bytes: Uint8Array): boolean {
  const list = listOf(bytes)
  if (list === undefined) return false
  const { vendor, comments } = list
  vendor.fill(SPACE)
  const of = contentOf(comments.map(fieldOf), false)
  for (const comment of comments) cleanComment(comment, of)
  return true
}

interface Comments {
  readonly vendor: Uint8Array
  readonly comments: readonly Uint8Array[]
}

function listOf(bytes: Uint8Array): Comments | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = 0
  const next = (): Uint8Array | undefined => {
    if (at + 4 > bytes.length) return undefined
    const from = at + 4
    at = from + view.getUint32(at, true)
    return at > bytes.length ? undefined : bytes.subarray(from, at)
  }
  const vendor = next()
  if (vendor === undefined || at + 4 > bytes.length) return undefined
  const count = view.getUint32(at, true)
  at += 4
  if (count > MAX_COMMENTS) return undefined
  const comments: Uint8Array[] = []
  while (comments.length < count) {
    const comment = next()
    if (comment === undefined) return undefined
    comments.push(comment)
  }
  return { vendor, comments }
}

function fieldOf(comment: Uint8Array): string {
  const end = comment.indexOf(0x3d)
  return Buffer.from(comment.subarray(0, Math.max(0, end)))
    .toString('latin1')
    .toUpperCase()
}

function cleanComment(comment: Uint8Array, of: Content): void {
  const field = fieldOf(comment)
  if (!isKept(field, of)) {
    comment.fill(SPACE)
    comment.set(Buffer.from('X=', 'latin1').subarray(0, comment.length))
  } else if (field === PICTURE) cleanPicture(comment.subarray(PICTURE.length + 1))
}

/** In base 64. */
function cleanPicture(text: Uint8Array): void {
  const said = Buffer.from(text).toString('latin1')
  const bytes = Buffer.from(said, 'base64')
  const isPlain = bytes.toString('base64') === said
  cleanCoverWithin(bytes)
  if (isPlain) text.set(Buffer.from(bytes.toString('base64'), 'latin1'))
}
