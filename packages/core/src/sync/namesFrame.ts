/** The frames by which a device gets the circle's names key (spec §5.13): see frame.ts for the others. */
import type { Value } from '../codec/cbor.ts'
import type { Reader } from '../codec/reader.ts'
import { NAMES_KEY_BYTES } from '../circle/spec.ts'

export interface NamesRequestFrame {
  readonly type: 'names-request'
}

export interface NamesFrame {
  readonly type: 'names'
  /** NAMES_KEY_BYTES: a secret. */
  readonly key: Uint8Array
}

export const NAMES_CODECS = {
  'names-request': {
    code: 35,
    fields: (): readonly Value[] => [],
    read: () => ({}),
  },
  names: {
    code: 36,
    fields: (frame: NamesFrame): readonly Value[] => [frame.key],
    read: (reader: Reader): Omit<NamesFrame, 'type'> => ({ key: reader.bytes(NAMES_KEY_BYTES) }),
  },
}
