/** Times the vault, call by call. */
import { mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { nodePrimitives, systemClock, systemRandom } from '@triode/crypto'
import { createVault, KDF_FIPS, openVault, restoreVault, type Vault } from '@triode/vault'
import { answerCalls } from '../../harness/child.ts'
import { median, monotonicMs } from '../../harness/statistics.ts'

const OPTIONS = { primitives: nodePrimitives(), random: systemRandom, clock: systemClock }
const PASSPHRASE = 'a passphrase of the bench'
const VALUE_BYTES = 400
/** Single calls whose median is taken. */
const SINGLES = 200

function sub(number: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, number)
  return bytes
}

async function timeMs(work: () => unknown): Promise<number> {
  const started = monotonicMs()
  await work()
  return monotonicMs() - started
}

async function medianMs(work: (turn: number) => unknown): Promise<number> {
  const times: number[] = []
  for (let turn = 0; turn < SINGLES; turn++) times.push(await timeMs(() => work(turn)))
  return median(times)
}

async function timeWrites({ store }: Vault, records: number): Promise<Record<string, number>> {
  const value = new Uint8Array(VALUE_BYTES).fill(7)
  const [series, map] = [store.series('series'), store.map('map')]
  const fillSeries = await timeMs(() => {
    store.transaction(() => {
      for (let n = 0; n < records; n++) series.set(sub(n), value)
    })
  })
  const fillMap = await timeMs(() => {
    store.transaction(() => {
      for (let n = 0; n < records; n++) map.set(String(n), value)
    })
  })
  return {
    'series.set, one transaction': (fillSeries / records) * 1_000,
    'map.set, one transaction': (fillMap / records) * 1_000,
    'one set a transaction': await medianMs((turn) => {
      series.set(sub(turn), value)
    }),
  }
}

async function timeReads({ store }: Vault, records: number): Promise<Record<string, number>> {
  const [series, map] = [store.series('series'), store.map('map')]
  const step = Math.floor(records / SINGLES)
  return {
    'series.get': (await medianMs((turn) => series.get(sub(turn * step)))) * 1_000,
    'map.get': (await medianMs((turn) => map.get(String(turn * step)))) * 1_000,
    'range over all': ((await timeMs(() => series.range())) / records) * 1_000,
    'last 50': await medianMs(() => series.range({ reverse: true, limit: 50 })),
    count: await timeMs(() => series.count()),
  }
}

async function timeBackup(vault: Vault, folder: string): Promise<Record<string, number>> {
  const file = join(folder, 'backup')
  const backup = await timeMs(() => vault.backup(file))
  const check = await timeMs(() => vault.integrityCheck())
  const restore = await timeMs(async () => {
    const restored = await restoreVault(file, join(folder, 'restored'), PASSPHRASE, OPTIONS)
    restored.close()
  })
  return {
    backup: backup / 1_000,
    check: check / 1_000,
    restore: restore / 1_000,
    database: statSync(join(folder, 'restored', 'vault.db')).size / 1e6,
    'backup file': statSync(file).size / 1e6,
  }
}

async function timeUnlock(folder: string): Promise<number> {
  const locked = openVault(folder, OPTIONS)
  let vault: Vault | undefined
  const ms = await timeMs(() => {
    vault = locked.unlock(PASSPHRASE)
  })
  vault?.close()
  return ms
}

async function measure(input: unknown): Promise<Record<string, number>> {
  const { folder, records } = input as { folder: string; records: number }
  mkdirSync(folder, { recursive: true })
  try {
    const vault = createVault(join(folder, 'home'), PASSPHRASE, OPTIONS)
    createVault(join(folder, 'fips'), PASSPHRASE, { ...OPTIONS, kdf: KDF_FIPS }).close()
    const figures = {
      ...(await timeWrites(vault, records)),
      ...(await timeReads(vault, records)),
      ...(await timeBackup(vault, folder)),
      'erase all': await timeMs(() => {
        vault.store.erase('series')
      }),
    }
    vault.close()
    return {
      ...figures,
      'unlock, Argon2id': await timeUnlock(join(folder, 'home')),
      'unlock, PBKDF2': await timeUnlock(join(folder, 'fips')),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

answerCalls({ measure })
