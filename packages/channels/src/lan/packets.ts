/** What is said in multicast DNS, and what is understood (spec §8.2). */
import type makeMdns from 'multicast-dns'
import { INSTANCE, RECORD_TTL_S, SERVICE } from './spec.ts'
import { MAX_RECORDS } from './tuning.ts'

export type Packet = Partial<makeMdns.FullPacket>
type Answer = NonNullable<Packet['answers']>[number]

/** Asks for every device; says nothing about the one that asks. */
export function question(): makeMdns.QueryOutgoingPacket {
  return { type: 'query', questions: [{ name: SERVICE, type: 'PTR', class: 'IN' }] }
}

/** Where one device can be reached on one interface. */
export interface Here {
  readonly address: string
  readonly port: number
}

/** The records of instance `name`. `ttl` 0 takes them back. */
export function answer(
  name: string,
  { address, port }: Here,
  ttl = RECORD_TTL_S,
): makeMdns.ResponseOutgoingPacket {
  const instance = `${name}.${SERVICE}`
  const target = `${name}.local`
  const where: Answer = address.includes(':')
    ? { name: target, type: 'AAAA', class: 'IN', flush: true, ttl, data: withoutZone(address) }
    : { name: target, type: 'A', class: 'IN', flush: true, ttl, data: address }
  return {
    type: 'response',
    answers: [{ name: SERVICE, type: 'PTR', class: 'IN', ttl, data: instance }],
    additionals: [
      {
        name: instance,
        type: 'SRV',
        class: 'IN',
        flush: true,
        ttl,
        data: { port, target, priority: 0, weight: 0 },
      },
      // RFC 6763 §6.1 wants one; it is empty.
      { name: instance, type: 'TXT', class: 'IN', flush: true, ttl, data: Buffer.alloc(0) },
      where,
    ],
  }
}

/** ANY is missing in the types. */
const ASKING: readonly string[] = ['PTR', 'ANY']

export interface Asking {
  /** Names that whoever asks has heard of lately, and wants no answer of (RFC 6762 §7.1). */
  readonly known: ReadonlySet<string>
}

/** What `packet` asks of devices like this one; undefined: nothing. */
export function askingIn(packet: Packet): Asking | undefined {
  const questions = (packet.questions ?? []).slice(0, MAX_RECORDS)
  if (!questions.some(({ name, type }) => name.toLowerCase() === SERVICE && ASKING.includes(type)))
    return undefined
  const known = new Set<string>()
  for (const record of (packet.answers ?? []).slice(0, MAX_RECORDS)) {
    if (record.type !== 'PTR' || record.name.toLowerCase() !== SERVICE) continue
    const name = instanceOf(record.data)
    if (name !== undefined && (record.ttl ?? 0) >= RECORD_TTL_S / 2) known.add(name)
  }
  return { known }
}

export interface Sighting {
  readonly name: string
  readonly port: number
  /** Whether the name is taken back. */
  readonly gone: boolean
}

/** Instances in `packet` with their ports. Whatever else it holds, however malformed, is passed over. */
export function sightings(packet: Packet): Sighting[] {
  const records = [...(packet.answers ?? []), ...(packet.additionals ?? [])].slice(0, MAX_RECORDS)
  const seen: Sighting[] = []
  for (const record of records) {
    if (record.type !== 'SRV') continue
    const name = instanceOf(record.name)
    const { port } = record.data
    if (name !== undefined && Number.isInteger(port) && port > 0 && port <= 65_535) {
      seen.push({ name, port, gone: record.ttl === 0 })
    }
  }
  return seen
}

function instanceOf(recordName: string): string | undefined {
  const text = recordName.toLowerCase()
  if (!text.endsWith(`.${SERVICE}`)) return undefined
  const name = text.slice(0, -SERVICE.length - 1)
  return INSTANCE.test(name) ? name : undefined
}

function withoutZone(address: string): string {
  return address.split('%')[0] ?? address
}
