/** Keys, ciphertexts and certificates: what OpenSSL reads for us, behind the primitives. */
import {
  CallerFault,
  createSuite,
  dhkem,
  IntegrityFault,
  openWithMessageKey,
  PeerFault,
  SUITE,
  xwing,
  type SignatureName,
  type SuiteName,
} from '@triode/core'
import { secureContext } from '../../../packages/tunnel/src/secureContext.ts'
import { createCertificate } from '../../../packages/tunnel/src/certificate.ts'
import { alice, filled, fixed, hybrid, primitives } from '../../vectors/triode/cast.ts'
import { bytesIn } from '../../vectors/triode/files.ts'
import { asyncTarget, ContractBroken, target, type Target } from '../target.ts'

const CERTIFICATE = await createCertificate('hybrid', alice.signing.exportPkcs8(), alice.signing.publicKey)

function signing(name: SignatureName, covers: readonly string[]): Target[] {
  const scheme = primitives.signature(name)
  const key = scheme.generate(fixed(1))
  return [
    target({
      name: `spki-${name}`,
      covers,
      faults: [PeerFault],
      seeds: () => [key.publicKey],
      decode: (input) => scheme.verifier(input).verify(filled(1, 1), key.sign(filled(1, 2))),
    }),
    target({
      name: `pkcs8-${name}`,
      covers: [],
      faults: [IntegrityFault],
      seeds: () => [key.exportPkcs8()],
      decode: (input) => scheme.fromPkcs8(input).publicKey,
    }),
    target({
      name: `signature-${name}`,
      covers: [],
      faults: [],
      seeds: () => [key.sign(filled(1, 1))],
      decode: (input) => scheme.verifier(key.publicKey).verify(filled(1, 2), input),
    }),
  ]
}

function sealed(name: SuiteName): Target[] {
  const { sealing } = createSuite(name, primitives)
  const key = sealing.generate(fixed(2))
  return [
    target({
      name: `sealing-key-${name}`,
      covers: [],
      faults: [PeerFault],
      seeds: () => [key.publicKey],
      decode: (input) => sealing.seal(input, filled(1, 1), filled(1, 2), filled(1, 3), fixed(4)).enc.length,
    }),
    target({
      name: `sealing-secret-${name}`,
      covers: [],
      faults: [IntegrityFault],
      seeds: () => [key.secret],
      decode: (input) => sealing.fromSecret(input).publicKey.length,
    }),
    target({
      name: `sealed-${name}`,
      covers: [],
      faults: [],
      seeds: () => [sealing.seal(key.publicKey, filled(1, 1), filled(1, 2), filled(1, 3), fixed(4)).enc],
      decode: (input) => {
        if (key.open(input, filled(1, 1), filled(1, 2), filled(17, 0)) !== undefined)
          throw new ContractBroken('it opened what nobody sealed')
      },
    }),
  ]
}

export const cryptoTargets: readonly Target[] = [
  ...signing('ed25519', ['crypto/signature.ts']),
  ...signing('ecdsa-p384', []),
  ...signing('ml-dsa-87', []),
  ...Object.values(SUITE).flatMap(sealed),
  target({
    name: 'x25519-point',
    covers: ['crypto/dh.ts'],
    faults: [PeerFault],
    seeds: () => [primitives.dh('x25519').generate(fixed(1)).publicKey],
    decode: (input) => primitives.dh('x25519').agree(filled(32, 2), input).length,
  }),
  target({
    name: 'p384-point',
    covers: ['core/crypto/kem.ts', 'crypto/p384.ts'],
    faults: [PeerFault],
    seeds: () => [primitives.dh('p384').generate(fixed(1)).publicKey],
    decode: (input) => dhkem(primitives, 'p384').encapsulate(input, fixed(1)).enc.length,
  }),
  target({
    name: 'ml-kem-768-key',
    covers: ['crypto/mlKem.ts'],
    faults: [PeerFault],
    seeds: () => [primitives.mlKem('ml-kem-768').publicKey(filled(64, 1))],
    decode: (input) => primitives.mlKem('ml-kem-768').encapsulate(input).ciphertext.length,
  }),
  target({
    name: 'x-wing-ciphertext',
    covers: [
      'core/crypto/xwing.ts',
      'core/crypto/sealing.ts',
      'core/crypto/suite.ts',
      'core/crypto/createSuite.ts',
    ],
    faults: [PeerFault],
    seeds: () => bytesIn('suites', 'enc').filter((enc) => enc.length === 1_120),
    decode: (input) => xwing(primitives).fromSecret(filled(32, 1)).decapsulate(input).length,
  }),
  target({
    name: 'message-ciphertext',
    covers: ['core/crypto/ratchet.ts openWithMessageKey'],
    faults: [],
    seeds: () => [filled(16, 0), filled(80, 1)],
    decode: (input) => {
      if (openWithMessageKey(hybrid, filled(32, 1), filled(1, 1), input) !== undefined)
        throw new ContractBroken('it opened what nobody sealed')
    },
  }),
  asyncTarget({
    name: 'certificate-key',
    covers: ['tunnel/certificate.ts'],
    faults: [CallerFault],
    seeds: () => [alice.signing.exportPkcs8()],
    decode: async (input) => createCertificate('hybrid', input, alice.signing.publicKey),
  }),
  target({
    name: 'certificate',
    covers: ['tunnel/secureContext.ts'],
    // What the vault gives back is its own; a damaged one may fail in OpenSSL's words.
    faults: [Error],
    seeds: () => [CERTIFICATE],
    decode: (input) => {
      secureContext({ suite: 'hybrid', pkcs8: alice.signing.exportPkcs8(), certificate: input })
    },
  }),
]
