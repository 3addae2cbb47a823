/** Films for tests, as telephones and cameras write them. */
import { box } from './heifs.ts'

/** What tells where: in all, or moment by moment. */
export const TELLING = {
  android: box('udta', Buffer.from('\0\0\0\x1e\u00a9xyz\0\x12\x15\xc7+48.2082+016.3738/', 'latin1')),
  '3gpp': box('udta', box('loci', Buffer.from('\0\0\0\0\x15\xc7home\0\0', 'latin1'))),
  iphone: box('meta', box('keys', Buffer.from('mdtacom.apple.quicktime.location.ISO6709'))),
  gopro: track('meta', Buffer.from('gpmd')),
  'iphone, moment by moment': track('meta', Buffer.from('mdtacom.apple.quicktime.location.ISO6709')),
} as const

export const SILENT = {
  title: box('udta', box('meta', Buffer.from('\0\0\0\0\u00a9nam a holiday', 'latin1'))),
  subtitles: track('text', Buffer.from('tx3g')),
  // What is said in the picture's own track is a name of its coder.
  picture: track('vide', Buffer.from('avc1 location of nothing')),
} as const

/** @param more in its box `moov` @param isFirst whether that stands before what is shown, as films are written that are to be streamed */
export function film(more: readonly Buffer[], isFirst = false, shownBytes = 300_000): Buffer {
  const moov = box('moov', box('mvhd', Buffer.alloc(100)), track('vide'), track('soun'), ...more)
  const shown = box('mdat', Buffer.alloc(shownBytes, 'loci gpmd location \u00a9xyz', 'latin1'))
  const head = box('ftyp', Buffer.from('mp42\0\0\0\0isommp42', 'latin1'))
  return Buffer.concat(isFirst ? [head, moov, shown] : [head, box('free'), shown, moov])
}

function track(handler: string, described: Uint8Array = Buffer.alloc(0)): Buffer {
  const kind = box('hdlr', Buffer.alloc(8), Buffer.from(handler, 'latin1'), Buffer.alloc(13))
  return box('trak', box('tkhd', Buffer.alloc(84)), box('mdia', kind, box('minf', box('stsd', described))))
}
