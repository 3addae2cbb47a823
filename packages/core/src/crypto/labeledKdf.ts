/** LabeledExtract and LabeledExpand (RFC 9180 §4). */
import { concat, utf8 } from '../bytes.ts'
import type { Hkdf } from './hkdf.ts'

const VERSION = utf8('HPKE-v1')

export interface LabeledKdf {
  extract(salt: Uint8Array, label: string, secret: Uint8Array): Uint8Array
  expand(key: Uint8Array, label: string, info: Uint8Array, length: number): Uint8Array
}

export function labeledKdf(hkdf: Hkdf, suiteId: Uint8Array): LabeledKdf {
  return {
    extract: (salt, label, secret) => hkdf.extract(salt, concat(VERSION, suiteId, utf8(label), secret)),
    expand: (key, label, info, length) =>
      hkdf.expand(key, concat(u16(length), VERSION, suiteId, utf8(label), info), length),
  }
}

/** I2OSP(value, 2). */
export function u16(value: number): Uint8Array {
  return Uint8Array.of(value >>> 8, value & 0xff)
}
