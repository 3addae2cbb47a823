/** Seals a chunk, with OpenSSL given it in steps; alone in its process, where nothing else is allocated. */
import { createCipheriv } from 'node:crypto'
import { answerCalls } from '../../harness/child.ts'
import { timeUs } from './timeUs.ts'

const CHUNK = new Uint8Array(262_144).fill(7)
const SEALED_CHUNK = new Uint8Array(CHUNK.length + 16)
const KEY = new Uint8Array(32).fill(1)
const NONCE = new Uint8Array(12).fill(2)

/** As packages/crypto does it. */
function seal(stepBytes: number): void {
  const cipher = createCipheriv('aes-256-gcm', KEY, NONCE, { authTagLength: 16 })
  for (let at = 0; at < CHUNK.length; at += stepBytes) {
    const step = cipher.update(CHUNK.subarray(at, at + stepBytes))
    SEALED_CHUNK.set(step, at)
    step.buffer.transfer(0)
  }
  cipher.final()
  SEALED_CHUNK.set(cipher.getAuthTag(), CHUNK.length)
}

answerCalls({ time: (stepBytes: number) => ({ 'seal a chunk': timeUs(() => seal(stepBytes)) }) })
