/** What a file is, by what is in it, and by its name where that does not tell. */
import { fileTypeFromBuffer } from 'file-type'
import { mediaTypeOf } from './mediaType.ts'
import { scanOf } from './recording/scanOf.ts'

/** Of a file's beginning: what its kind is told by. */
export const HEAD_BYTES = 4_100
/** What mayBeImage() and mayBeRecording() need of it. */
export const GLANCE_BYTES = 16

/**
 * @param head the first HEAD_BYTES of it
 * @param said by whoever handed it over, who knows better than its name; empty where nothing was
 * @returns RFC 6838 without parameters; empty where nothing tells
 */
export async function kindOf(head: Uint8Array, name: string, said = ''): Promise<string> {
  const byName = said === '' ? mediaTypeOf(name) : said
  const told = await fileTypeFromBuffer(head).catch(() => undefined)
  const byContent = told === undefined ? imageBySignature(head) : registered(told.mime)
  if (byContent === undefined || (UNSURE.includes(byContent) && byName !== '')) return byName
  return isSameFormat(byContent, byName) ? byName : byContent
}

/** Whether it is worth while to look at it as an image, by GLANCE_BYTES of it: seldom wrong, and never about one that can be cleaned. */
export function mayBeImage(head: Uint8Array, name: string): boolean {
  return imageBySignature(head) !== undefined || mediaTypeOf(name).startsWith('image/')
}

/** The same of films and of sound that may be cleaned, and of films that can't be. */
export function mayBeRecording(head: Uint8Array, name: string): boolean {
  return scanOf(head) !== undefined || mediaTypeOf(name).startsWith('video/')
}

/** How images begin, at which byte, in Latin-1. What they are called matters only where nobody else knows them. */
const SIGNATURES: readonly (readonly [text: string, at: number, mediaType: string])[] = [
  ['\xff\xd8\xff', 0, 'image/jpeg'],
  ['\x89PNG', 0, 'image/png'],
  ['WEBP', 8, 'image/webp'],
  ['GIF8', 0, 'image/gif'],
  ['II*\0', 0, 'image/tiff'],
  ['MM\0*', 0, 'image/tiff'],
  // Raw images of some cameras.
  ['II+\0', 0, 'image/tiff'],
  ['MM\0+', 0, 'image/tiff'],
  ['IIRO', 0, 'image/tiff'],
  ['IIRS', 0, 'image/tiff'],
  ['IIU\0', 0, 'image/tiff'],
  ['MMOR', 0, 'image/tiff'],
  ['FUJIFILM', 0, 'image/x-fujifilm-raf'],
  // HEIC, AVIF and others; films as well.
  ['ftypheic', 4, 'image/heic'],
  ['ftypheix', 4, 'image/heic'],
  ['ftyphev', 4, 'image/heic-sequence'],
  ['ftypmif1', 4, 'image/heif'],
  ['ftypmsf1', 4, 'image/heif-sequence'],
  ['ftypavi', 4, 'image/avif'],
  ['ftypcrx', 4, 'image/x-canon-cr3'],
  ['JXL ', 4, 'image/jxl'],
  ['\xff\x0a', 0, 'image/jxl'],
  ['jP  ', 4, 'image/jp2'],
  ['8BPS', 0, 'image/vnd.adobe.photoshop'],
  ['BM', 0, 'image/bmp'],
]

function imageBySignature(head: Uint8Array): string | undefined {
  const text = Buffer.from(head.subarray(0, GLANCE_BYTES)).toString('latin1')
  return SIGNATURES.find(([signature, at]) => text.startsWith(signature, at))?.[2]
}

/** What says how something is packed and not what it is, or is told by two letters. */
const UNSURE: readonly string[] = ['application/zip', 'application/x-cfb', 'application/xml', 'image/bmp']

/** Without parameters, and as browsers know it. An animated PNG is a PNG. */
function registered(mediaType: string): string {
  const [plain = ''] = mediaType.split(';', 1)
  return NAMES[plain] ?? plain
}

const NAMES: Readonly<Record<string, string>> = {
  'audio/x-m4a': 'audio/mp4',
  'video/x-m4v': 'video/mp4',
  'image/apng': 'image/png',
}

/** Whether there is sound alone or a film as well in it does not show at its beginning. */
function isSameFormat(one: string, other: string): boolean {
  const [kind, format] = one.split('/')
  const [otherKind, otherFormat] = other.split('/')
  return format === otherFormat && [kind, otherKind].every((of) => of === 'audio' || of === 'video')
}
