/** Settings of the device that stand in the vault. */
import { decodeStored, encodeValue, type Reader, type RecordMap, type Store } from '@triode/core'
import type { DhtSettings, TcpMapping } from '@triode/channels'
import { IDLE_LOCK_DEFAULT_MS } from './tuning.ts'

/** Longest host that a channel listens on: an IPv6 address with a zone. */
const MAX_HOST_LENGTH = 64
const MAX_ENDPOINTS = 64
/** Longest name of a channel. */
const MAX_CHANNEL_LENGTH = 32
/** Longest `IPV4:PORT`. */
const MAX_NODE_LENGTH = 21
const MAX_NODES = 32
/** Bytes of the secret that nonces of port mappings follow from. */
const NONCE_SECRET_BYTES = 32
/** Channels that are used only once a person chose them and was told what they show. */
const CHOSEN_ONLY: readonly string[] = ['dht', 'tor']

export class Settings {
  private readonly records: RecordMap

  constructor(store: Store) {
    this.records = store.map('settings')
  }

  /** What new circles call oneself. */
  get name(): string | undefined {
    const value = this.records.get('name')
    return value && decodeStored(value, (reader) => reader.text(256))
  }

  set name(name: string | undefined) {
    if (name === undefined) this.records.delete('name')
    else this.records.set('name', encodeValue([name]))
  }

  /** Channels that a person turned off, and those that nobody turned on that must be. */
  get channelsOff(): readonly string[] {
    const chosen = this.channelNames('channels-on')
    return [...this.channelNames('channels-off'), ...CHOSEN_ONLY.filter((name) => !chosen.includes(name))]
  }

  setChannelOff(name: string, off: boolean): void {
    const chosen = CHOSEN_ONLY.includes(name)
    const record = chosen ? 'channels-on' : 'channels-off'
    const listed = chosen !== off
    const others = this.channelNames(record).filter((one) => one !== name)
    this.records.set(record, encodeValue(listed ? [...others, name] : others))
  }

  /** Whether a channel is off until a person turns it on, having been told what it shows. */
  static mustBeChosen(name: string): boolean {
    return CHOSEN_ONLY.includes(name)
  }

  /** How the DHT is entered. */
  get dht(): DhtSettings {
    const value = this.records.get('dht')
    if (value === undefined) return { nodes: [], publicNodes: false }
    return decodeStored(value, (reader) => {
      const publicNodes = reader.bool()
      const serve = reader.optional((field) => field.text(MAX_NODE_LENGTH))
      const nodes = textsOf(reader, MAX_NODE_LENGTH, MAX_NODES)
      return { nodes, publicNodes, ...(serve !== undefined && { serve }) }
    })
  }

  set dht({ nodes, publicNodes, serve }: DhtSettings) {
    this.records.set('dht', encodeValue([publicNodes, serve ?? null, ...nodes]))
  }

  /** Free ports that the tcp channel took, by the host it listens on. */
  get tcpPorts(): ReadonlyMap<string, number> {
    const value = this.records.get('tcp-ports')
    if (value === undefined) return new Map()
    return decodeStored(value, (reader) => {
      const ports = new Map<string, number>()
      while (reader.more && ports.size < MAX_ENDPOINTS)
        ports.set(reader.text(MAX_HOST_LENGTH), reader.int(1, 65_535))
      return ports
    })
  }

  set tcpPorts(ports: ReadonlyMap<string, number>) {
    this.records.set('tcp-ports', encodeValue([...ports].slice(0, MAX_ENDPOINTS).flat()))
  }

  /** How routers are asked to let calls in; undefined: they are not. The secret stays the same from the first time on. */
  get tcpMapping(): TcpMapping | undefined {
    const known = this.storedMapping
    return known?.isWanted === true ? { nonceSecret: known.nonceSecret } : undefined
  }

  /** @param fresh 32 random bytes, for the first time that it is wanted */
  setTcpMapping(isWanted: boolean, fresh: () => Uint8Array): void {
    const known = this.storedMapping
    if (known === undefined && !isWanted) return
    this.records.set('tcp', encodeValue([isWanted, known?.nonceSecret ?? fresh()]))
  }

  private get storedMapping(): { readonly isWanted: boolean; readonly nonceSecret: Uint8Array } | undefined {
    const value = this.records.get('tcp')
    if (value === undefined) return undefined
    return decodeStored(value, (reader) => ({
      isWanted: reader.bool(),
      nonceSecret: reader.bytes(NONCE_SECRET_BYTES),
    }))
  }

  private channelNames(record: 'channels-off' | 'channels-on'): string[] {
    const value = this.records.get(record)
    if (value === undefined) return []
    return decodeStored(value, (reader) => textsOf(reader, MAX_CHANNEL_LENGTH, Infinity))
  }

  /** Milliseconds without a call after which the vault locks; null is never. */
  get idleLockMs(): number | null {
    const value = this.records.get('idle-lock')
    if (value === undefined) return IDLE_LOCK_DEFAULT_MS
    return decodeStored(value, (reader) => reader.optional((field) => field.int())) ?? null
  }

  set idleLockMs(afterMs: number | null) {
    this.records.set('idle-lock', encodeValue([afterMs]))
  }
}

function textsOf(reader: Reader, maxLength: number, most: number): string[] {
  const texts: string[] = []
  while (reader.more && texts.length < most) texts.push(reader.text(maxLength))
  return texts
}
