/**
 * The certificate of a device (spec §7.2): RFC 5280, self-signed, and the same for every device but for
 * its key, serial number and signature. TLS asks for one; what counts is only the key in it.
 */
import { createPrivateKey, createPublicKey, randomBytes, sign, type KeyObject } from 'node:crypto'
import { CallerFault, equalBytes } from '@triode/core'
import * as der from './der.ts'
import { suiteTls, type SuiteTls } from './suiteTls.ts'

// Spec §7.2. Names and dates are constants: they tell nothing about the device, its owner or its age.
const NAME = distinguishedName('device')
const VALIDITY = der.sequence(der.utcTime('000101000000Z'), der.generalizedTime('99991231235959Z'))
const SERIAL_BYTES = 16
/** RFC 5280 §4.1: version 3 is written as 2. */
const VERSION_3 = der.tagged(0, der.integer(Uint8Array.of(2)))
/** RFC 5280 §4.2.1.3: critical, digitalSignature only (bit 0 of one byte, seven unused). */
const EXTENSIONS = der.tagged(
  3,
  der.sequence(
    der.sequence(
      der.objectId(2, 5, 29, 15),
      der.TRUE,
      der.octetString(der.bitString(Uint8Array.of(0x80), 7)),
    ),
  ),
)

/**
 * Signs a certificate for a key pair of `suite`: `pkcs8` the private and `spki` the public key, both DER.
 * @returns the certificate, DER
 * @throws CallerFault 'suite-unknown', 'key-malformed' (no key of that suite, or no pair)
 */
export async function createCertificate(
  suite: string,
  pkcs8: Uint8Array,
  spki: Uint8Array,
): Promise<Uint8Array> {
  const tls = suiteTls(suite)
  const key = readKeyPair(tls, pkcs8, spki)
  const algorithm = der.sequence(der.objectId(...tls.signatureOid))
  const content = toBeSigned(spki, algorithm)
  const signature = await signOffThread(tls.hash, content, key)
  return der.sequence(content, algorithm, der.bitString(signature))
}

/** RFC 5280 §4.1.2. */
function toBeSigned(spki: Uint8Array, algorithm: Uint8Array): Uint8Array {
  const serial = der.integer(serialNumber())
  return der.sequence(VERSION_3, serial, algorithm, NAME, VALIDITY, NAME, spki, EXTENSIONS)
}

/** Random, positive and without a leading zero byte (RFC 5280 §4.1.2.2). */
function serialNumber(): Uint8Array {
  const bytes = randomBytes(SERIAL_BYTES)
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
  return bytes
}

/** One common name (RFC 5280 §4.1.2.4). */
function distinguishedName(commonName: string): Uint8Array {
  return der.sequence(der.set(der.sequence(der.objectId(2, 5, 4, 3), der.utf8String(commonName))))
}

function readKeyPair(tls: SuiteTls, pkcs8: Uint8Array, spki: Uint8Array): KeyObject {
  let key: KeyObject
  try {
    key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' })
  } catch {
    // The cause is dropped on purpose: it may quote key material.
    throw malformedKey()
  }
  const fits = key.asymmetricKeyType === tls.keyType && key.asymmetricKeyDetails?.namedCurve === tls.curve
  if (!fits || !equalBytes(createPublicKey(key).export({ format: 'der', type: 'spki' }), spki)) {
    throw malformedKey()
  }
  return key
}

function malformedKey(): CallerFault {
  return new CallerFault('key-malformed', { message: 'This is not a key pair of the circle’s suite.' })
}

function signOffThread(hash: string | undefined, content: Uint8Array, key: KeyObject): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    sign(hash, content, key, (error, signature) => {
      if (error === null) resolve(signature)
      else reject(error)
    })
  })
}
