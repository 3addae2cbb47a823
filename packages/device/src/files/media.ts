/** What is told of a file besides its bytes; and the bytes themselves, where something is taken out of them before they are sent. */
import { extname } from 'node:path'
import type { Media } from '@triode/core'
import { readingFault } from './faults.ts'
import { inspect } from './media/inspect.ts'

export interface PreparedMedia {
  /** RFC 6838, by what is in it or else by its name; empty where neither tells. */
  readonly mediaType: string
  readonly media?: Media
  /** A JPEG of at most 65,536 bytes. */
  readonly preview?: Uint8Array
  /** To be sent instead of the file: the same without what tells where and with what it was taken. */
  readonly bytes?: Uint8Array
}

export interface MediaOptions {
  /** Leaves in images what tells where and with what they were taken. */
  readonly keepMetadata: boolean
}

/**
 * @param path absolute
 * @param size bytes
 * @throws CallerFault 'file-absent' | 'file-forbidden'
 */
export async function prepareMedia(
  path: string,
  size: number,
  { keepMetadata }: MediaOptions,
): Promise<PreparedMedia> {
  const found = await inspect(path, size, { keepMetadata, withPreview: true }).catch((cause: unknown) => {
    throw readingFault(path, cause)
  })
  const { media, preview, bytes } = found
  return {
    mediaType: plainType(found.mediaType) ?? mediaTypeOf(path),
    ...(media !== undefined && { media }),
    ...(preview !== undefined && { preview }),
    ...(bytes !== undefined && { bytes }),
  }
}

/** Without parameters: messages name none (spec §15.3). */
function plainType(mediaType: string | undefined): string | undefined {
  return mediaType?.split(';', 1)[0]?.trim()
}

/** By the ending of a name; empty where that tells nothing. */
export function mediaTypeOf(name: string): string {
  return TYPES[extname(name).slice(1).toLowerCase()] ?? ''
}

/** Registered with IANA, or what its owner calls it. */
const TYPES: Readonly<Record<string, string>> = {
  '7z': 'application/x-7z-compressed',
  aac: 'audio/aac',
  avif: 'image/avif',
  bmp: 'image/bmp',
  bz2: 'application/x-bzip2',
  css: 'text/css',
  csv: 'text/csv',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  eml: 'message/rfc822',
  epub: 'application/epub+zip',
  flac: 'audio/flac',
  gif: 'image/gif',
  gz: 'application/gzip',
  heic: 'image/heic',
  heif: 'image/heif',
  htm: 'text/html',
  html: 'text/html',
  ics: 'text/calendar',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  js: 'text/javascript',
  json: 'application/json',
  jxl: 'image/jxl',
  m4a: 'audio/mp4',
  m4v: 'video/mp4',
  md: 'text/markdown',
  mid: 'audio/midi',
  mkv: 'video/matroska',
  mov: 'video/quicktime',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  mpeg: 'video/mpeg',
  mpg: 'video/mpeg',
  odp: 'application/vnd.oasis.opendocument.presentation',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  odt: 'application/vnd.oasis.opendocument.text',
  oga: 'audio/ogg',
  ogg: 'audio/ogg',
  ogv: 'video/ogg',
  opus: 'audio/opus',
  otf: 'font/otf',
  pdf: 'application/pdf',
  png: 'image/png',
  ppt: 'application/vnd.ms-powerpoint',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  ps: 'application/postscript',
  rtf: 'application/rtf',
  svg: 'image/svg+xml',
  tar: 'application/x-tar',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  ttf: 'font/ttf',
  txt: 'text/plain',
  vcf: 'text/vcard',
  wasm: 'application/wasm',
  wav: 'audio/wav',
  weba: 'audio/webm',
  webm: 'video/webm',
  webp: 'image/webp',
  woff: 'font/woff',
  woff2: 'font/woff2',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  xml: 'application/xml',
  xz: 'application/x-xz',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  zip: 'application/zip',
  zst: 'application/zstd',
}
