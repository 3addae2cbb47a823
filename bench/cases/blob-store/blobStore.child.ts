/** Times the store of blobs, and the bare loop that does the same to bytes. */
import {
  closeSync,
  mkdirSync,
  openSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Blob, BlobSource, BlobStore, StoredBlob } from '@triode/core'
import { nodePrimitives, systemClock, systemRandom } from '@triode/crypto'
import { createVault, inProcess, type Vault } from '@triode/vault'
import { ChunkWorkers } from '../../../packages/device/src/files/chunkWorkers.ts'
import { answerCalls } from '../../harness/child.ts'
import { MEMORY, Scratch } from '../../harness/scratch.ts'
import { monotonicMs } from '../../harness/statistics.ts'
import { timeRaw } from './rawLoop.ts'

const primitives = nodePrimitives()
const KDF = { name: 'pbkdf2-hmac-sha512', iterations: 1_000 } as const
const OPTIONS = { primitives, random: systemRandom, clock: systemClock, kdf: KDF }
const PASSPHRASE = 'a passphrase of the bench'
const MIB = 1_048_576
const RUN_CHUNKS = 16
/** Runs read before their adding is timed, and runs added at a time. */
const BATCH_RUNS = 32
const AT_A_TIME = 8
const SMALL_FILES = 10_000
const SMALL_BYTES = 10_000

interface Input {
  readonly how: string
  readonly quick: boolean
}

interface Executor {
  readonly width: number
  close?(): Promise<void>
}

async function measure({ how, quick }: Input): Promise<Record<string, number>> {
  const bytes = (quick ? 64 : 1_024) * MIB
  // At most the chunks of what is huge, and the source; or the source, its chunks at both ends, and a copy.
  using scratch = Scratch.in(MEMORY, hugeBytes(quick) + bytes)
  const source = writeSource(join(scratch.path, 'source'), bytes)
  return how === 'raw'
    ? timeRaw(source.path, scratch.path, bytes)
    : await timeStore({ how, quick }, scratch.path, source)
}

/** Of what is sealed to see what memory it takes. */
function hugeBytes(quick: boolean): number {
  return (quick ? 192 : 4_096) * MIB
}

async function timeStore(
  { how, quick }: Input,
  folder: string,
  source: BlobSource & { readonly size: number },
): Promise<Record<string, number>> {
  const executor =
    how === 'in-process'
      ? inProcess(primitives)
      : new ChunkWorkers(primitives, { threads: how === 'threads' ? 2 : 1 })
  const vaults = ['from', 'to'].map((name) => createVault(join(folder, name), PASSPHRASE, OPTIONS))
  const [from, to] = vaults.map((vault: Vault) => vault.blobs(executor))
  if (from === undefined || to === undefined) throw new Error('no stores')
  // First of all: later the process has memory that it was given for something else.
  const memory = await memoryOf(from, join(folder, 'huge'), hugeBytes(quick))
  const figures = await timeLarge(from, to, source, join(folder, 'out'))
  rmSync(join(folder, 'source'))
  const small = writeSmall(join(folder, 'small'), quick ? SMALL_FILES / 10 : SMALL_FILES)
  const smallMs = await timeMs(() => from.seal(systemRandom.bytes(32), 'sha256', small))
  for (const vault of vaults) vault.close()
  await (executor as Executor).close?.()
  return {
    ...figures,
    'seal 10,000 files of 10 KB': smallMs / 1_000,
    'memory above idle while 4 GB are sealed': memory,
  }
}

async function timeLarge(
  from: BlobStore,
  to: BlobStore,
  source: BlobSource & { readonly size: number },
  out: string,
): Promise<Record<string, number>> {
  const { size } = source
  let blob: Blob | undefined
  const sealMs = await timeMs(
    async () => (blob = await from.seal(systemRandom.bytes(32), 'sha256', [source])),
  )
  if (blob === undefined) throw new Error('nothing was sealed')
  const here = await from.open(blob, 'sha256')
  const there = await to.open(blob, 'sha256')
  const addMs = await timeAdding(here, there)
  await from.remove(blob.id)
  await there.close()
  const openMs = await timeMs(async () => (await to.open(blob as Blob, 'sha256')).have.firstAbsent())
  const again = await to.open(blob, 'sha256')
  const fd = openSync(out, 'w')
  const copyMs = await timeMs(() => again.copyTo((blob as Blob).secret, 0, size, fd, 0))
  closeSync(fd)
  rmSync(out)
  const checkMs = await timeMs(async () => {
    if ((await again.check()).length > 0) throw new Error('it is damaged')
  })
  await to.remove(blob.id)
  const speed = (ms: number): number => size / 1_000 / ms
  return {
    'seal a file': speed(sealMs),
    'add chunks': speed(addMs),
    'copy to a file': speed(copyMs),
    check: speed(checkMs),
    'open again': openMs,
  }
}

async function timeAdding(here: StoredBlob, there: StoredBlob): Promise<number> {
  for (let level = here.shape.levels.length - 1; level >= 0; level--)
    for (let index = 0; index * 1_024 < (here.shape.levels[level] ?? 0); index++)
      await there.addPage(level, index, (await here.page(level, index)) ?? new Uint8Array(0))
  let ms = 0
  for (let at = 0; at < here.shape.chunks; at += BATCH_RUNS * RUN_CHUNKS) {
    const runs: { from: number; sealed: Uint8Array }[] = []
    for (let from = at; from < Math.min(here.shape.chunks, at + BATCH_RUNS * RUN_CHUNKS); from += RUN_CHUNKS)
      runs.push({ from, sealed: await here.read(from, Math.min(RUN_CHUNKS, here.shape.chunks - from)) })
    ms += await timeMs(() =>
      Promise.all(
        Array.from({ length: AT_A_TIME }, async () => {
          for (let run = runs.shift(); run !== undefined; run = runs.shift())
            if ((await there.add(run.from, run.sealed)).length > 0) throw new Error('a chunk did not match')
        }),
      ),
    )
  }
  return ms
}

async function memoryOf(store: BlobStore, path: string, bytes: number): Promise<number> {
  writeFileSync(path, '')
  truncateSync(path, bytes)
  const before = process.memoryUsage.rss()
  let highest = before
  const timer = setInterval(() => (highest = Math.max(highest, process.memoryUsage.rss())), 5)
  const { size, mtimeMs } = statSync(path)
  const blob = await store.seal(systemRandom.bytes(32), 'sha256', [{ path, size, modifiedMs: mtimeMs }])
  clearInterval(timer)
  await store.remove(blob.id)
  rmSync(path)
  return (highest - before) / MIB
}

async function timeMs(work: () => unknown): Promise<number> {
  const started = monotonicMs()
  await work()
  return monotonicMs() - started
}

function writeSource(
  path: string,
  bytes: number,
): BlobSource & { readonly path: string; readonly size: number } {
  const piece = systemRandom.bytes(MIB)
  const fd = openSync(path, 'w')
  for (let at = 0; at < bytes; at += MIB) writeSync(fd, piece, 0, MIB, at)
  closeSync(fd)
  return { path, size: bytes, modifiedMs: statSync(path).mtimeMs }
}

function writeSmall(folder: string, count: number): BlobSource[] {
  mkdirSync(folder)
  return Array.from({ length: count }, (_, n) => {
    const path = join(folder, String(n))
    writeFileSync(path, new Uint8Array(SMALL_BYTES).fill(n))
    return { path, size: SMALL_BYTES, modifiedMs: statSync(path).mtimeMs }
  })
}

answerCalls({ measure })
