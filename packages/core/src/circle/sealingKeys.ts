/**
 * This device's own sealing keys in one circle (spec §5.9): a new one each week, the old ones kept for a while for what was
 * sealed to them before others saw the new card, then erased.
 */
import { encodeValue } from '../codec/cbor.ts'
import { decodeStored } from '../codec/stored.ts'
import type { SealingKey, Suite } from '../crypto/suite.ts'
import { IntegrityFault } from '../fault.ts'
import type { CircleId } from '../id.ts'
import type { Random } from '../ports/random.ts'
import type { RecordMap, Store } from '../ports/store.ts'
import { nextGeneration } from './card.ts'
import { circleStoreName } from './storeName.ts'

/** A stolen sealing key opens what was sealed to it for at most this long, and the grace below. */
export const SEALING_KEY_LIFE_MS = 7 * 86_400_000
/** Kept this long after it was replaced: others that were away seal to the old card until they meet someone with the new one. */
export const SEALING_KEY_GRACE_MS = 14 * 86_400_000
/** Kept in any case, whatever the clock says: a clock that jumps must not erase keys in use. */
export const SEALING_KEYS_KEPT = 2

/** Bytes of the longest private key of a suite, with room: seeds and scalars have 32 to 64. */
const MAX_SECRET_BYTES = 256

export interface GenerationKey {
  readonly generation: number
  readonly key: SealingKey
}

interface Kept extends GenerationKey {
  readonly createdAt: number
  /** undefined: the current one. */
  readonly replacedAt: number | undefined
}

export interface SealingKeysContext {
  readonly suite: Suite
  readonly store: Store
  readonly circle: CircleId
  readonly random: Random
}

export class SealingKeys {
  private readonly context: SealingKeysContext
  private readonly records: RecordMap
  /** From old to new. */
  private kept: readonly Kept[]

  constructor(context: SealingKeysContext) {
    this.context = context
    this.records = context.store.map(circleStoreName(context.circle, 'sealing-keys'))
    this.kept = this.records
      .entries()
      .map(([, bytes]) => this.read(bytes))
      .sort((a, b) => a.generation - b.generation)
  }

  /** @throws IntegrityFault 'sealing-key-missing' before the first rotateIfDue() */
  get current(): GenerationKey {
    const current = this.kept.at(-1)
    if (current === undefined) throw new IntegrityFault('sealing-key-missing')
    return current
  }

  /**
   * Makes the first key, or a new one when the current one is a week old or from the future, and erases old ones.
   * @returns whether there is a new key, so that a new card is due
   */
  rotateIfDue(now: number): boolean {
    const current = this.kept.at(-1)
    const age = current === undefined ? Infinity : now - current.createdAt
    const due = age >= SEALING_KEY_LIFE_MS || age < 0
    if (!due && this.expired(this.kept, now).length === 0) return false
    const before = due
      ? this.kept.map((kept) => ({ ...kept, replacedAt: kept.replacedAt ?? now }))
      : this.kept
    const generation = nextGeneration(current?.generation ?? 0, now)
    const key = due ? this.context.suite.sealing.generate(this.context.random) : undefined
    const after =
      key === undefined ? before : [...before, { generation, key, createdAt: now, replacedAt: undefined }]
    this.keep(after, this.expired(after, now))
    return due
  }

  /** The own key of that generation, while it is kept. */
  find(generation: number): SealingKey | undefined {
    return this.kept.find((kept) => kept.generation === generation)?.key
  }

  private expired(kept: readonly Kept[], now: number): readonly Kept[] {
    return kept
      .slice(0, -1 - SEALING_KEYS_KEPT)
      .filter(({ replacedAt }) => replacedAt !== undefined && now - replacedAt >= SEALING_KEY_GRACE_MS)
  }

  private keep(kept: readonly Kept[], expired: readonly Kept[]): void {
    const left = kept.filter((key) => !expired.includes(key))
    this.context.store.transaction(() => {
      for (const key of expired) this.records.delete(String(key.generation))
      for (const key of left) this.records.set(String(key.generation), encodeKept(key))
    })
    this.kept = left
  }

  private read(bytes: Uint8Array): Kept {
    return decodeStored(bytes, (reader) => ({
      generation: reader.int(),
      key: this.context.suite.sealing.fromSecret(reader.bytes(1, MAX_SECRET_BYTES)),
      createdAt: reader.int(),
      replacedAt: reader.optional((field) => field.int()),
    }))
  }
}

function encodeKept({ generation, key, createdAt, replacedAt }: Kept): Uint8Array {
  return encodeValue([generation, key.secret, createdAt, replacedAt ?? null])
}
