/** How the machine does while a device is attacked: what it holds up by itself is no fault of the device. */
import { Worker } from 'node:worker_threads'

/**
 * Naps and works a little, again and again, in a thread that nobody attacks; keeps the longest that a round took beyond
 * its nap. Plain JavaScript, since it is handed over as text.
 */
const ROUNDS = `
const { parentPort } = require('node:worker_threads')
const { createHash } = require('node:crypto')
const [NAP_MS, WORK] = [20, new Uint8Array(1_048_576)]
let worstMs = 0
let going = true
parentPort.once('message', () => { going = false })
const round = () => {
  const began = performance.now()
  setTimeout(() => {
    createHash('sha256').update(WORK).digest()
    worstMs = Math.max(worstMs, performance.now() - began - NAP_MS)
    if (going) round()
    else { parentPort.postMessage(worstMs); parentPort.close() }
  }, NAP_MS)
}
round()
`

export interface MachineWatch {
  /** Ends it. @returns the milliseconds of the worst round: about one where the machine does nothing else */
  stop(): Promise<number>
}

export function watchMachine(): MachineWatch {
  const worker = new Worker(ROUNDS, { eval: true })
  const worst = new Promise<number>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  return {
    stop: () => {
      worker.postMessage('enough')
      return worst
    },
  }
}
