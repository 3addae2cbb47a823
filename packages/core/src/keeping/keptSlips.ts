/** Slips that a keeper holds (spec §16.7): the last one of each device for each other. All of it inside the caller's transaction. */
import { equalBytes } from '../bytes.ts'
import { encodeValue } from '../codec/cbor.ts'
import { decodeStored } from '../codec/stored.ts'
import type { Suite } from '../crypto/suite.ts'
import type { ConversationId, DeviceId, MemberId } from '../id.ts'
import type { RecordMap, Store } from '../ports/store.ts'
import type { Slip } from './slips.ts'
import { MAX_ENC_BYTES } from './notices.ts'
import { MAX_SLIP_BYTES } from './spec.ts'
import { KEPT_FREE_BYTES, MAX_SLIP_BYTES_OF_ALL, MAX_SLIP_BYTES_OF_ONE } from './tuning.ts'

export interface KeptSlipsContext {
  readonly suite: Suite
  readonly store: Store
  readonly control: ConversationId
  readonly freeBytes: () => number
  readonly now: () => number
  readonly memberOf: (device: DeviceId) => MemberId | undefined
}

interface Known {
  /** Whose share it counts in. */
  readonly owner: MemberId | DeviceId
  readonly bytes: number
  readonly at: number
}

export class KeptSlips {
  private readonly context: KeptSlipsContext
  /** By whom they are for, and who left them. */
  private loaded: Map<DeviceId, Map<DeviceId, Known>> | undefined
  private total = 0
  private readonly used = new Map<MemberId | DeviceId, number>()

  constructor(context: KeptSlipsContext) {
    this.context = context
  }

  /** Takes the place of the one before. @returns whether there was room */
  put(from: DeviceId, { device: to, generation, enc, ciphertext }: Slip): boolean {
    const at = this.context.now()
    const record = encodeValue([generation, enc, ciphertext, at])
    const before = this.all.get(to)?.get(from)
    const owner = this.ownerOf(from)
    const more = record.length - (before?.bytes ?? 0)
    if (this.context.freeBytes() < KEPT_FREE_BYTES + record.length) return false
    if (this.total + more > MAX_SLIP_BYTES_OF_ALL) return false
    if ((this.used.get(owner) ?? 0) + more > MAX_SLIP_BYTES_OF_ONE) return false
    this.forgetOne(from, to)
    this.records.set(`${to}/${from}`, record)
    this.note(from, to, { owner, bytes: record.length, at })
    return true
  }

  get count(): number {
    return this.all.values().reduce((sum, slips) => sum + slips.size, 0)
  }

  /** Who left one for a device. */
  for(device: DeviceId): readonly DeviceId[] {
    return [...(this.all.get(device)?.keys() ?? [])]
  }

  /** As it goes to whom it is for. */
  get(from: DeviceId, to: DeviceId): Slip | undefined {
    if (this.all.get(to)?.has(from) !== true) return undefined
    const bytes = this.records.get(`${to}/${from}`)
    return bytes && { device: from, ...decodeSlip(bytes) }
  }

  /** It has come to whom it is for, if it is still that one. @param digest of its ciphertext */
  taken(from: DeviceId, to: DeviceId, digest: Uint8Array): void {
    const slip = this.get(from, to)
    if (slip !== undefined && equalBytes(slipDigest(this.context.suite, slip), digest)) this.delete(from, to)
  }

  /** Erases what came at `until` or before, and what was left by devices that are not `welcome`. */
  sweep(until: number, isWelcome: (device: DeviceId) => boolean): void {
    for (const [to, slips] of [...this.all])
      for (const [from, { at }] of [...slips]) if (at <= until || !isWelcome(from)) this.delete(from, to)
  }

  eraseAll(): void {
    this.context.store.erase(this.name)
    this.loaded = undefined
  }

  /** The store has the truth. */
  forget(): void {
    this.loaded = undefined
  }

  private delete(from: DeviceId, to: DeviceId): void {
    this.records.delete(`${to}/${from}`)
    this.forgetOne(from, to)
  }

  private note(from: DeviceId, to: DeviceId, known: Known): void {
    this.all.set(to, (this.all.get(to) ?? new Map<DeviceId, Known>()).set(from, known))
    this.charge(known.owner, known.bytes)
  }

  private forgetOne(from: DeviceId, to: DeviceId): void {
    const known = this.all.get(to)?.get(from)
    if (known === undefined) return
    this.all.get(to)?.delete(from)
    this.charge(known.owner, -known.bytes)
  }

  private charge(owner: MemberId | DeviceId, bytes: number): void {
    this.total += bytes
    this.used.set(owner, (this.used.get(owner) ?? 0) + bytes)
  }

  private ownerOf(device: DeviceId): MemberId | DeviceId {
    return this.context.memberOf(device) ?? device
  }

  private get all(): Map<DeviceId, Map<DeviceId, Known>> {
    if (this.loaded !== undefined) return this.loaded
    this.loaded = new Map()
    this.total = 0
    this.used.clear()
    for (const [key, bytes] of this.records.entries()) {
      const [to, from] = key.split('/') as [DeviceId, DeviceId]
      this.note(from, to, { owner: this.ownerOf(from), bytes: bytes.length, at: decodeSlip(bytes).at })
    }
    return this.loaded
  }

  private get records(): RecordMap {
    return this.context.store.map(this.name)
  }

  private get name(): string {
    return `conversation/${this.context.control}/slips`
  }
}

/** 8 bytes: by which a keeper is told which one came. */
export function slipDigest(suite: Suite, { ciphertext }: Slip): Uint8Array {
  return suite.hash(ciphertext).slice(0, 8)
}

function decodeSlip(bytes: Uint8Array): Omit<Slip, 'device'> & { readonly at: number } {
  return decodeStored(bytes, (reader) => ({
    generation: reader.int(0, 0xffff_ffff),
    enc: reader.bytes(1, MAX_ENC_BYTES),
    ciphertext: reader.bytes(1, MAX_SLIP_BYTES),
    at: reader.int(),
  }))
}
