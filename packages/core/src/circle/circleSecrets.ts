/**
 * The circle secret (spec §5.10): 32 random bytes that every device of the circle has, from which members recognise each
 * other on the network. Not a key of any message. Generations leave room for its change after a removal.
 */
import { encodeValue } from '../codec/cbor.ts'
import { decodeStored } from '../codec/stored.ts'
import { IntegrityFault } from '../fault.ts'
import type { CircleId } from '../id.ts'
import type { Random } from '../ports/random.ts'
import type { RecordMap, Store } from '../ports/store.ts'
import { circleStoreName } from './storeName.ts'

export const CIRCLE_SECRET_BYTES = 32
export interface CircleSecret {
  /** 0 for the one made with the circle. */
  readonly generation: number
  readonly secret: Uint8Array
}

export class CircleSecrets {
  private readonly records: RecordMap

  constructor(store: Store, circle: CircleId) {
    this.records = store.map(circleStoreName(circle, 'secrets'))
  }

  /** Makes the first one of a new circle. Durable on return. */
  create(random: Random): CircleSecret {
    const first = { generation: 0, secret: random.bytes(CIRCLE_SECRET_BYTES) }
    this.put(first)
    return first
  }

  /** Same generation: replaces. Durable on return, unless inside a transaction of the caller's. */
  put({ generation, secret }: CircleSecret): void {
    this.records.set(String(generation), encodeValue([generation, secret]))
  }

  /** The newest first: the first one is for calling, all of them are for being called. */
  all(): CircleSecret[] {
    return this.records
      .entries()
      .map(([, bytes]) =>
        decodeStored(bytes, (reader) => ({
          generation: reader.int(),
          secret: reader.bytes(CIRCLE_SECRET_BYTES),
        })),
      )
      .sort((a, b) => b.generation - a.generation)
  }

  /** @throws IntegrityFault 'circle-secret-missing' */
  get current(): CircleSecret {
    const [current] = this.all()
    if (current === undefined) throw new IntegrityFault('circle-secret-missing')
    return current
  }
}
