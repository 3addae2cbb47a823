/**
 * Makes an HTTP/2 stream of Node's tell a cut from an end.
 *
 * As it is, 'end' also follows when the link broke or either side gave up, so that half a file looks like a whole one;
 * and `destroy()` tells the far side that all is well. Both are changed on the stream itself instead of in a stream
 * around it, which would cost a tenth of the throughput.
 */
import { constants, type Http2Stream } from 'node:http2'
import { Unavailable } from '@triode/core'
import { quietly } from './quietly.ts'

/**
 * Afterwards 'end' means that the far side ended the stream. A cut by anyone, `destroy()` before both sides are done
 * included, gives 'error' with Unavailable 'stream-cut', or what it was destroyed with, and 'close' on both sides.
 */
export function strictStream<Stream extends Http2Stream>(stream: Stream): Stream {
  const push = stream.push.bind(stream)
  const destroy = stream.destroy.bind(stream)
  stream.push = (chunk: unknown) => {
    if (chunk !== null || !isCut(stream)) return push(chunk)
    stream.destroy()
    return false
  }
  stream.destroy = (error?: Error) => {
    if (stream.destroyed) return stream
    // Without an error, Node would end our direction in good order first.
    return quietly(() => destroy(error ?? (isWhole(stream) ? undefined : streamCut())))
  }
  return stream
}

/** Closed for another reason than that both sides were done. */
function isCut(stream: Http2Stream): boolean {
  return stream.closed && stream.rstCode !== constants.NGHTTP2_NO_ERROR
}

function isWhole(stream: Http2Stream): boolean {
  return stream.readableEnded && stream.writableFinished
}

function streamCut(): Unavailable {
  return new Unavailable('stream-cut', { message: 'The stream was cut before its end.' })
}
