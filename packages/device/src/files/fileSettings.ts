/** What a person set of files: in the vault. */
import { decodeStored, encodeValue, type Reader, type RecordMap, type Store } from '@triode/core'
import { FORWARD } from '../forward/forwardChannel.ts'
import { CHANNELS } from '../network/makeChannels.ts'
import type { FileSettings } from '../service.ts'
import { badSetting } from './faults.ts'
import {
  AUTO_FETCH_DEFAULT_BYTES,
  AUTO_FETCH_SLOW_DEFAULT_BYTES,
  MEMBER_SHARE_DEFAULT_BYTES,
} from './tuning.ts'

const KEY = 'files'
/** Names of channels that may be limited; there are fewer channels. */
const MAX_LIMITS = 32
const MAX_CHANNEL_LENGTH = 40
/** Over which tunnels lead. A limit on another name would hold nothing back, and nobody would see why. */
const LIMITED: readonly string[] = [...CHANNELS, FORWARD]

const DEFAULTS: FileSettings = {
  autoFetchBytes: AUTO_FETCH_DEFAULT_BYTES,
  autoFetchSlowBytes: AUTO_FETCH_SLOW_DEFAULT_BYTES,
  quotaBytes: null,
  memberShareBytes: MEMBER_SHARE_DEFAULT_BYTES,
  rateLimits: {},
}

export class StoredFileSettings {
  private readonly records: RecordMap

  constructor(store: Store) {
    this.records = store.map('settings')
  }

  get(): FileSettings {
    const value = this.records.get(KEY)
    return value === undefined ? DEFAULTS : decodeStored(value, readSettings)
  }

  /** Only what is given changes. @throws CallerFault 'setting-out-of-range' */
  change(changes: Partial<FileSettings>): FileSettings {
    const known = this.get()
    const settings = { ...known, ...changes }
    check(settings)
    // What was set before stays, also by another release.
    const isNew = (channel: string): boolean => known.rateLimits[channel] === undefined
    const unknown = Object.keys(settings.rateLimits).filter((channel) => !LIMITED.includes(channel))
    if (unknown.some(isNew))
      throw badSetting(`There is no such channel: ${LIMITED.join(', ')} can be limited.`)
    const { autoFetchBytes, autoFetchSlowBytes, quotaBytes, memberShareBytes, rateLimits } = settings
    const limits = Object.entries(rateLimits)
    this.records.set(
      KEY,
      encodeValue([autoFetchBytes, autoFetchSlowBytes, quotaBytes, limits, memberShareBytes]),
    )
    return settings
  }
}

function check(settings: FileSettings): void {
  const { autoFetchBytes, autoFetchSlowBytes, quotaBytes, memberShareBytes, rateLimits } = settings
  for (const bytes of [autoFetchBytes, autoFetchSlowBytes, quotaBytes, memberShareBytes]) {
    if (bytes !== null && !(Number.isSafeInteger(bytes) && bytes >= 0))
      throw badSetting('A size is a number of bytes, 0 or more, or none.')
  }
  const limits = Object.entries(rateLimits)
  if (limits.length > MAX_LIMITS || limits.some(([channel]) => !/^[a-z][a-z0-9-]{0,39}$/.test(channel)))
    throw badSetting('There is no such channel.')
  if (limits.some(([, rate]) => !Number.isSafeInteger(rate) || rate < 1))
    throw badSetting('A rate limit is a number of bytes a second, 1 or more.')
}

function readSettings(reader: Reader): FileSettings {
  const size = (): number | null => reader.optional((field) => field.int()) ?? null
  const [autoFetchBytes, autoFetchSlowBytes, quotaBytes] = [size(), size(), size()]
  const limits: [string, number][] = []
  reader.record((list) => {
    while (list.more) limits.push(list.record((one) => [one.text(MAX_CHANNEL_LENGTH), one.int(1)]))
  })
  // Settings of before have none.
  const memberShareBytes = reader.more ? size() : MEMBER_SHARE_DEFAULT_BYTES
  const rateLimits = Object.fromEntries(limits)
  return { autoFetchBytes, autoFetchSlowBytes, quotaBytes, memberShareBytes, rateLimits }
}
