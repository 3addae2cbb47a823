/** Everything in a vault as of one moment, opened, while the vault goes on being used. */
import type { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import { IntegrityFault } from '@triode/core'
import { type Keyring, type OpenedName, zero } from './keyring.ts'
import { openRecord, unpackMapRecord } from './sealedRecord.ts'
import { KIND } from './spec.ts'
import { RECORDS_PER_PAUSE } from './tuning.ts'
import { diskFault } from './diskFault.ts'
import { storeLocked } from './faults.ts'

export interface Visitor {
  name(opened: OpenedName): void
  /** `key`: a map's text, or a series' sub-key. */
  record(key: string | Uint8Array, value: Uint8Array): void
  /** A name or record that does not open; the walk goes on. */
  damaged(what: string): void
  /** Called every few hundred records, between two turns of the event loop. */
  pause(): Promise<void>
}

/** `reader` is a snapshot of the vault's database. @throws Unavailable 'store-locked' when the vault is locked meanwhile */
export async function walk(reader: DatabaseSync, ring: Keyring, visitor: Visitor): Promise<void> {
  const names = reader.prepare('SELECT id, tag, wrapped_key FROM name ORDER BY id')
  const records = reader.prepare('SELECT sub, value FROM record WHERE name = ?')
  try {
    for (const [id, tag, wrapped] of names.all() as unknown as [number, Uint8Array, Uint8Array][]) {
      const opened = attempt(visitor, `name ${id}`, () => ring.open(id, tag, wrapped))
      if (opened === undefined) continue
      visitor.name(opened)
      const rows = records.iterate(id) as Iterable<unknown> as Iterable<[Uint8Array, Uint8Array]>
      await walkRecords(rows, opened, ring, visitor)
    }
  } catch (cause) {
    throw diskFault(cause)
  }
}

async function walkRecords(
  rows: Iterable<[Uint8Array, Uint8Array]>,
  opened: OpenedName,
  ring: Keyring,
  visitor: Visitor,
): Promise<void> {
  const { keys } = opened
  let untilPause = RECORDS_PER_PAUSE
  try {
    for (const [sub, sealed] of rows) {
      const found = attempt(visitor, `record of name ${keys.id}`, () => open(ring, opened, sub, sealed))
      if (found !== undefined) visitor.record(found.key, found.value)
      if (--untilPause > 0) continue
      untilPause = RECORDS_PER_PAUSE
      await pause(ring, visitor)
    }
    await pause(ring, visitor)
  } finally {
    zero(keys)
  }
}

async function pause(ring: Keyring, visitor: Visitor): Promise<void> {
  await visitor.pause()
  await setImmediate()
  if (ring.isEvicted) throw storeLocked()
}

function open(
  ring: Keyring,
  { kind, keys }: OpenedName,
  sub: Uint8Array,
  sealed: Uint8Array,
): { key: string | Uint8Array; value: Uint8Array } {
  const value = openRecord(ring, keys, sub, sealed)
  return kind === KIND.series ? { key: sub, value } : unpackMapRecord(value)
}

function attempt<T>(visitor: Visitor, what: string, work: () => T): T | undefined {
  try {
    return work()
  } catch (cause) {
    if (!(cause instanceof IntegrityFault)) throw cause
    visitor.damaged(what)
    return undefined
  }
}
