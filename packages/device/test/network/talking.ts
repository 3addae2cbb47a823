/** Somebody who writes all the while, as others change what messages go by. */
import type { TestDevice } from '../devices.ts'

/** Between two messages. */
const PAUSE_MS = 40

/** Writes numbered messages to `where` until it is told to stop. @returns what to call then, which gives their texts */
export function talk({ device }: TestDevice, where: string, name = 'number'): () => Promise<string[]> {
  const sent: string[] = []
  const stop = new AbortController()
  const talking = (async () => {
    while (!stop.signal.aborted) {
      const text = `${name} ${String(sent.length)}`
      await device.send({ where, text })
      sent.push(text)
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  })()
  return async () => {
    stop.abort()
    await talking
    return sent
  }
}
