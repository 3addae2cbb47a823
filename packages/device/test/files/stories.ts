/** What stories of files have in common: things to send, and waiting for what becomes of them. */
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import type { FileState, FileView, SentFiles } from '../../src/index.ts'
import { Bench, eventually, pair, type TestDevice } from '../devices.ts'

export const MIB = 1_048_576

/** A file to send, in a folder of its own. */
export function fileToSend(bench: Bench, name: string, content: Uint8Array | string = 'content'): string {
  const path = join(bench.home(), name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  return path
}

/** A folder that is there and empty. */
export function emptyFolder(bench: Bench): string {
  const path = bench.home()
  mkdirSync(path, { recursive: true })
  return path
}

export function noise(bytes: number): Uint8Array {
  return randomBytes(bytes)
}

export function digest(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex')
}

export function digestOf(path: string): string {
  return digest(readFileSync(path))
}

export async function bytesOf(stream: Readable): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of stream as AsyncIterable<Buffer>) parts.push(part)
  return Buffer.concat(parts)
}

/** The file as `one` sees it, once it is in that state. */
export function inState(
  one: TestDevice,
  id: string,
  state: FileState,
  timeoutMs = 15_000,
): Promise<FileView> {
  return eventually(
    `the file to be ${state}`,
    async () => {
      const view = await one.device.file(id).catch(() => undefined)
      return view?.state === state ? view : undefined
    },
    timeoutMs,
  )
}

/** Once all of it has come. */
export function whole(one: TestDevice, id: string, timeoutMs?: number): Promise<FileView> {
  return inState(one, id, 'complete', timeoutMs)
}

/** Once it was saved, or could not be. */
export function saved(one: TestDevice, id: string, timeoutMs = 15_000): Promise<FileView> {
  return eventually(
    'the file to be saved',
    async () => {
      const view = await one.device.file(id)
      return view.savingTo === undefined && (view.savedTo !== undefined || view.notSaved !== undefined)
        ? view
        : undefined
    },
    timeoutMs,
  )
}

/** @returns the id of what was sent */
export function idOf(sent: SentFiles): string {
  const [file] = sent.files
  if (file === undefined) throw new Error('nothing was sent')
  return file.id
}

export async function sendOne(one: TestDevice, where: string, path: string): Promise<string> {
  return idOf(await one.device.sendFiles({ where, paths: [path] }))
}

/** Fetches whatever comes, over whichever channel. */
export async function eager(one: TestDevice): Promise<void> {
  await one.device.setFileSettings({ autoFetchBytes: null, autoFetchSlowBytes: null })
}

/** Sends it, and waits until `to` knows of it. @returns its id */
export async function sendTo(from: TestDevice, to: TestDevice, where: string, path: string): Promise<string> {
  const id = await sendOne(from, where, path)
  await eventually('the message to come', () => to.device.file(id).catch(() => undefined))
  return id
}

/** Alice's circle, which Bob has joined, who fetches whatever comes; ends with its bench. */
export async function eagerPair() {
  const bench = new Bench()
  const { alice, bob, circle } = await pair(bench)
  await eager(bob)
  return { bench, alice, bob, circle }
}
