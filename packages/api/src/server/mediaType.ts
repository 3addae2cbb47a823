/**
 * What a browser may show by itself of what others sent. It is they who said what it is: so the type is one of a list, and nothing on it
 * runs scripts or draws other documents in. HTML, SVG, XML and the rest are only ever saved.
 */

const SHOWN = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/bmp',
  'audio/mpeg',
  'audio/mp4',
  'audio/aac',
  'audio/ogg',
  'audio/opus',
  'audio/wav',
  'audio/webm',
  'audio/flac',
  'video/mp4',
  'video/webm',
  'video/ogg',
  'video/quicktime',
  'video/x-matroska',
  'application/pdf',
  'text/plain',
])

export interface ShownAs {
  readonly contentType: string
  readonly disposition: 'inline' | 'attachment'
}

/** @param mediaType as its sender said, with or without parameters */
export function shownAs(mediaType: string): ShownAs {
  const type = (mediaType.split(';', 1)[0] ?? '').trim().toLowerCase()
  if (!SHOWN.has(type)) return { contentType: 'application/octet-stream', disposition: 'attachment' }
  return { contentType: type === 'text/plain' ? 'text/plain; charset=utf-8' : type, disposition: 'inline' }
}
