/** How much is read of what a blob is made of. */
import type { BlobSource } from '../ports/blobStore.ts'

/** In bytes. @throws RangeError when it is a part that no such file has */
export function sourceLength(source: BlobSource): number {
  if ('bytes' in source) return source.bytes.length
  const { size, from = 0, to = size } = source
  if (!(from >= 0 && from <= to && to <= size)) throw new RangeError('a file has no such part')
  return to - from
}
