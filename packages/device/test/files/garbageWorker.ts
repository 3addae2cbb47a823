/** A thread that makes garbage and has it collected; says how much of it lay at most. */
import { parentPort } from 'node:worker_threads'
import { YoungGarbage } from '../../src/files/youngGarbage.ts'
import { mostLying } from './garbage.ts'

parentPort?.postMessage(mostLying(new YoungGarbage(2_097_152)))
