/** Reading a stream on which gigabytes come, past its own buffer. */
import type { Readable } from 'node:stream'

/**
 * Hands what comes on `stream` to `take`, in order and at the moment that it comes, instead of 'data'. A Readable looks after each piece, in a tick of its own, whether it
 * wants more; a tunnel's pieces are 16 KiB at most (`npm run bench -- tunnel-throughput` has both). 'end', 'error' and 'close' are as ever, and what comes
 * while it is paused waits in the buffer.
 *
 * @param take gets what is its own; what it throws is as if a listener of 'data' threw it
 */
export function takeStraight(stream: Readable, take: (bytes: Buffer) => void): void {
  const push = stream.push.bind(stream)
  // What lies in the buffer already goes first, by the ordinary way.
  const isNext = (): boolean =>
    stream.readableLength === 0 && stream.readableFlowing === true && !stream.destroyed
  stream.push = (piece: unknown, encoding?: BufferEncoding): boolean => {
    if (!Buffer.isBuffer(piece) || piece.length === 0 || !isNext()) return push(piece, encoding)
    take(piece)
    return true
  }
  stream.on('data', take)
}
