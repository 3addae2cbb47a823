/** One file of the page in memory, with its compressed forms, each made when it is first asked for. */
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { BROTLI_QUALITY, MIN_COMPRESSED_BYTES } from '../tuning.ts'

export type Encoding = 'br' | 'gzip'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.ico': 'image/vnd.microsoft.icon',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.ogg': 'audio/ogg',
  '.mp3': 'audio/mpeg',
}

const IS_TEXT = /^text\/|json|svg|wasm/

const compress: Readonly<Record<Encoding, (bytes: Uint8Array) => Promise<Buffer>>> = {
  br: (bytes) =>
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
  gzip: (bytes) => promisify(gzip)(bytes),
}

export class Asset {
  readonly bytes: Buffer
  readonly type: string
  /** Strong, of the bytes before any compression. */
  readonly hash: string
  private readonly encoded = new Map<Encoding, Promise<Buffer>>()

  /** @param extension with its dot */
  constructor(bytes: Buffer, extension: string) {
    this.bytes = bytes
    this.type = TYPES[extension] ?? 'application/octet-stream'
    this.hash = createHash('sha256').update(bytes).digest('base64url')
  }

  /** Whether compressing it is worth anything. */
  get isCompressible(): boolean {
    return IS_TEXT.test(this.type) && this.bytes.length >= MIN_COMPRESSED_BYTES
  }

  /** Made once; who asks meanwhile waits for the same. */
  as(encoding: Encoding): Promise<Buffer> {
    const known = this.encoded.get(encoding)
    if (known) return known
    const made = compress[encoding](this.bytes)
    this.encoded.set(encoding, made)
    return made
  }
}

/** Accept-Encoding (RFC 9110 §12.5.3): brotli before gzip, whatever their order; `*` and weights other than 0 say no more. */
export function encodingOf(accepted: string): Encoding | undefined {
  const codings = accepted
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim().split(/\s*;\s*/))
    .filter(([, weight]) => weight === undefined || !/^q=0(\.0*)?$/.test(weight))
    .map(([name]) => name)
  return (['br', 'gzip'] as const).find((encoding) => codings.includes(encoding))
}
