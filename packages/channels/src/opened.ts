/** Waiting for a stream that is being dialed to stand. */

/** Of a stream, a socket or what is like one. */
interface Dialed {
  on(event: string, listener: (cause?: unknown) => void): unknown
  off(event: string, listener: (cause?: unknown) => void): unknown
}

const ENDS = ['close', 'error'] as const

/**
 * Resolves with the `event` that says so, within `limitMs` milliseconds.
 * @throws what the stream says, or Error when it closes, is late, or the call is given up; whoever asked destroys it
 */
export function opened(stream: Dialed, event: string, limitMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(impatience)
      stream.off(event, succeed)
      for (const end of ENDS) stream.off(end, fail)
      signal?.removeEventListener('abort', fail)
      act()
    }
    const succeed = () => {
      settle(resolve)
    }
    const fail = (cause?: unknown) => {
      settle(() => {
        reject(cause instanceof Error ? cause : new Error('gave up'))
      })
    }
    const impatience = setTimeout(fail, limitMs)
    stream.on(event, succeed)
    for (const end of ENDS) stream.on(end, fail)
    signal?.addEventListener('abort', fail)
  })
}
