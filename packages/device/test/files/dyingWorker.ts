/** A thread that answers one job, keeps the second, and dies when the third is there behind it. */
import { parentPort } from 'node:worker_threads'

let jobs = 0

parentPort?.on('message', () => {
  jobs++
  if (jobs > 2) throw new Error('died of it')
  if (jobs === 1) parentPort?.postMessage({ result: { bytes: new Uint8Array(0), bad: [] } })
})
