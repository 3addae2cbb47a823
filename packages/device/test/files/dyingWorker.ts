/** A thread that answers one job and dies of the second. */
import { parentPort } from 'node:worker_threads'

let jobs = 0

parentPort?.on('message', () => {
  if (++jobs > 1) throw new Error('died of it')
  parentPort?.postMessage({ result: { bytes: new Uint8Array(0), bad: [] } })
})
