/** Self-signed certificates of each suite's signature (RFC 5280), for the raw TLS rivals. */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'

export const SUITES = ['hybrid', 'cnsa', 'p384'] as const
export type SuiteName = (typeof SUITES)[number]

/** The TLS 1.3 group of each suite, and the cipher of all. */
export const GROUP = { hybrid: 'X25519MLKEM768', cnsa: 'MLKEM1024', p384: 'P-384' } as const
export const CIPHER = 'TLS_AES_256_GCM_SHA384'

/** Object identifiers of the certificate's signature, DER. */
const ALGORITHM = {
  hybrid: '06032b6570',
  cnsa: '0609608648016503040313',
  p384: '06082a8648ce3d040303',
} as const
const COMMON_NAME_OID = '0603550403'
const VALID_MS = 86_400_000

const TAG = { integer: 0x02, bits: 0x03, utf8: 0x0c, utcTime: 0x17, sequence: 0x30, set: 0x31 } as const

export interface Identity {
  /** PEM. */
  readonly cert: string
  readonly key: string
}

export function makeIdentity(suite: SuiteName): Identity {
  const { publicKey, privateKey } = makeKeys(suite)
  const algorithm = der(TAG.sequence, fromHex(ALGORITHM[suite]))
  const commonName = der(TAG.sequence, fromHex(COMMON_NAME_OID), der(TAG.utf8, Buffer.from('bench')))
  const name = der(TAG.sequence, der(TAG.set, commonName))
  const validity = der(TAG.sequence, utcTime(Date.now() - VALID_MS), utcTime(Date.now() + VALID_MS))
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const serial = der(TAG.integer, Buffer.from([1]))
  const body = der(TAG.sequence, serial, algorithm, name, validity, name, spki)
  const signature = sign(suite === 'p384' ? 'sha384' : undefined, body, privateKey)
  const certificate = der(TAG.sequence, body, algorithm, der(TAG.bits, Buffer.from([0]), signature))
  return { cert: pem(certificate), key: privateKey.export({ type: 'pkcs8', format: 'pem' }) }
}

function makeKeys(suite: SuiteName): { publicKey: KeyObject; privateKey: KeyObject } {
  if (suite === 'hybrid') return generateKeyPairSync('ed25519')
  if (suite === 'cnsa') return generateKeyPairSync('ml-dsa-87')
  return generateKeyPairSync('ec', { namedCurve: 'P-384' })
}

function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content])
  const length = fromHex(content.length.toString(16).padStart(4, '0'))
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, content])
}

/** YYMMDDHHMMSSZ. */
function utcTime(atMs: number): Buffer {
  return der(
    TAG.utcTime,
    Buffer.from(`${new Date(atMs).toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)}Z`),
  )
}

function fromHex(hex: string): Buffer {
  return Buffer.from(hex, 'hex')
}

function pem(certificate: Buffer): string {
  return `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`
}
