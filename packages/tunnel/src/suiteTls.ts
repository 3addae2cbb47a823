/** What a suite means to TLS (spec §7.1): one version, one cipher, one group, one signature; nothing to negotiate. */
import { CallerFault } from '@triode/core'

export interface SuiteTls {
  /** The key exchange group, by OpenSSL's name. */
  readonly group: string
  /** Its number in the IANA registry "TLS Supported Groups". */
  readonly groupNumber: number
  /** The signature scheme, by OpenSSL's name. */
  readonly signature: string
  /** `KeyObject.asymmetricKeyType` of a device key. */
  readonly keyType: string
  /** `namedCurve` of a device key, where the type leaves it open. */
  readonly curve?: string
  /** The algorithm of the certificate's signature, as object identifier arcs. */
  readonly signatureOid: readonly [number, number, ...number[]]
  /** The hash of that signature, where the scheme does not fix it itself. */
  readonly hash: string | undefined
}

/** Spec §7.1. The only cipher suite of every suite: AES-256-GCM, as CNSA 2.0 and FIPS 140-3 modules allow. */
export const CIPHER = 'TLS_AES_256_GCM_SHA384'

const SUITES: Readonly<Record<string, SuiteTls>> = {
  // RFC 8410 §3
  hybrid: {
    group: 'X25519MLKEM768',
    groupNumber: 0x11ec,
    signature: 'ed25519',
    keyType: 'ed25519',
    signatureOid: [1, 3, 101, 112],
    hash: undefined,
  },
  // RFC 9881 §2
  cnsa: {
    group: 'MLKEM1024',
    groupNumber: 0x0202,
    signature: 'mldsa87',
    keyType: 'ml-dsa-87',
    signatureOid: [2, 16, 840, 1, 101, 3, 4, 3, 19],
    hash: undefined,
  },
  // RFC 5758 §3.2
  p384: {
    group: 'P-384',
    groupNumber: 0x0018,
    signature: 'ecdsa_secp384r1_sha384',
    keyType: 'ec',
    curve: 'secp384r1',
    signatureOid: [1, 2, 840, 10045, 4, 3, 3],
    hash: 'sha384',
  },
}

/** @throws CallerFault 'suite-unknown' */
export function suiteTls(suite: string): SuiteTls {
  const found = Object.hasOwn(SUITES, suite) ? SUITES[suite] : undefined
  if (found === undefined) throw new CallerFault('suite-unknown', { message: `There is no suite ${suite}.` })
  return found
}

export function allSuites(): SuiteTls[] {
  return Object.values(SUITES)
}
