/** How a member wants to see a conversation: told to their other devices (spec §11.9), and to nobody else. */
import { equalBytes } from '../bytes.ts'
import { encodeValue, type Value } from '../codec/cbor.ts'
import type { Reader } from '../codec/reader.ts'
import { decodeStored } from '../codec/stored.ts'
import type { RecordMap } from '../ports/store.ts'
import { POSITION_BYTES, type Position } from './order.ts'

/** In `mutedUntil`: for good. */
export const ALWAYS = 'always'

export interface Preferences {
  readonly pinned: boolean
  /** Milliseconds since 1970; null: not muted. */
  readonly mutedUntil: number | typeof ALWAYS | null
  /** Where its newest message stood when it was put away: what comes after that brings it back. null: it was not. */
  readonly archivedAt: Position | null
  /** To be come back to, although it was read. */
  readonly markedUnread: boolean
}

/** As they are kept on a device. */
export interface StoredPreferences extends Preferences {
  /** This device put it away, and so knows what is new: whatever comes. */
  readonly archivedHere: boolean
}

/** What is left out stays. */
export interface PreferenceChanges {
  readonly pinned?: boolean
  readonly mutedUntil?: number | typeof ALWAYS | null
  readonly archived?: boolean
  readonly markedUnread?: boolean
}

const NONE: StoredPreferences = {
  pinned: false,
  mutedUntil: null,
  archivedAt: null,
  markedUnread: false,
  archivedHere: false,
}
const KEY = 'preferences'
/** How `always` is written: no conversation is muted until 1970. */
const FOR_GOOD = 0

export function readPreferences(map: RecordMap): StoredPreferences {
  const bytes = map.get(KEY)
  if (bytes === undefined) return NONE
  return decodeStored(bytes, (reader) => ({ ...preferencesOf(reader), archivedHere: reader.bool() }))
}

export function writePreferences(map: RecordMap, preferences: StoredPreferences): void {
  map.set(KEY, encodeValue([...preferenceFields(preferences), preferences.archivedHere]))
}

/** Whether anything was ever preferred: also what is as it was at first may have to be told. */
export function hasPreferences(map: RecordMap): boolean {
  return map.get(KEY) !== undefined
}

export function preferenceFields({
  pinned,
  mutedUntil,
  archivedAt,
  markedUnread,
}: Preferences): readonly Value[] {
  return [pinned, mutedUntil === ALWAYS ? FOR_GOOD : mutedUntil, archivedAt, markedUnread]
}

/** @throws PeerFault 'malformed' */
export function preferencesOf(reader: Reader): Preferences {
  const pinned = reader.bool()
  const muted = reader.optional((field) => field.int()) ?? null
  const archivedAt = reader.optional((field) => field.bytes(POSITION_BYTES)) ?? null
  return {
    pinned,
    mutedUntil: muted === FOR_GOOD ? ALWAYS : muted,
    archivedAt,
    markedUnread: reader.bool(),
  }
}

/** What another own device says, as it is to be kept here. */
export function toldPreferences(told: Preferences, before: StoredPreferences): StoredPreferences {
  const same =
    told.archivedAt !== null && before.archivedAt !== null && equalBytes(told.archivedAt, before.archivedAt)
  return { ...told, archivedHere: same && before.archivedHere }
}

export function isMuted({ mutedUntil }: Pick<Preferences, 'mutedUntil'>, now: number): boolean {
  return mutedUntil === ALWAYS || (mutedUntil !== null && mutedUntil > now)
}
