/** What one core does to the same bytes with nothing around it: the floor, or the ceiling, of the store. */
import { createCipheriv, createDecipheriv, hash } from 'node:crypto'
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { monotonicMs } from '../../harness/statistics.ts'

const CHUNK_BYTES = 262_144
const TAG_BYTES = 16
const SEALED_BYTES = CHUNK_BYTES + TAG_BYTES
const KEY = new Uint8Array(32).fill(1)
const OPTIONS = { authTagLength: TAG_BYTES } as const

export function timeRaw(source: string, folder: string, bytes: number): Record<string, number> {
  const sealed = join(folder, 'sealed')
  const out = join(folder, 'out')
  const sealMs = timed(source, sealed, bytes, sealChunk)
  const copyMs = timed(sealed, out, bytes, openChunk)
  for (const path of [sealed, out]) rmSync(path)
  return { 'seal a file': bytes / 1_000 / sealMs, 'copy to a file': bytes / 1_000 / copyMs }
}

function timed(
  from: string,
  to: string,
  bytes: number,
  work: (from: number, to: number, index: number) => void,
): number {
  const [source, target] = [openSync(from, 'r'), openSync(to, 'w')]
  const started = monotonicMs()
  for (let index = 0; index < bytes / CHUNK_BYTES; index++) work(source, target, index)
  const ms = monotonicMs() - started
  for (const fd of [source, target]) closeSync(fd)
  return ms
}

const chunk = new Uint8Array(CHUNK_BYTES)
const sealed = new Uint8Array(SEALED_BYTES)

function sealChunk(from: number, to: number, index: number): void {
  readSync(from, chunk, 0, CHUNK_BYTES, index * CHUNK_BYTES)
  const cipher = createCipheriv('aes-256-gcm', KEY, nonce(index), OPTIONS)
  sealed.set(cipher.update(chunk))
  cipher.final()
  sealed.set(cipher.getAuthTag(), CHUNK_BYTES)
  hash('sha256', sealed, 'buffer')
  writeSync(to, sealed, 0, SEALED_BYTES, index * SEALED_BYTES)
}

function openChunk(from: number, to: number, index: number): void {
  readSync(from, sealed, 0, SEALED_BYTES, index * SEALED_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', KEY, nonce(index), OPTIONS)
  decipher.setAuthTag(sealed.subarray(CHUNK_BYTES))
  const opened = decipher.update(sealed.subarray(0, CHUNK_BYTES))
  decipher.final()
  writeSync(to, opened, 0, CHUNK_BYTES, index * CHUNK_BYTES)
}

function nonce(index: number): Uint8Array {
  const bytes = new Uint8Array(12)
  new DataView(bytes.buffer).setUint32(8, index)
  return bytes
}
