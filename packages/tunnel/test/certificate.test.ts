import assert from 'node:assert/strict'
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { CallerFault } from '@triode/core'
import { createCertificate } from '../src/index.ts'
import { makeDevice, SUITES } from './devices.ts'

for (const suite of SUITES) {
  test(`a certificate of a ${suite} device holds its key, signs itself, and tells nothing more`, async () => {
    const device = await makeDevice(suite)
    const certificate = new X509Certificate(device.certificate)
    const spki = certificate.publicKey.export({ format: 'der', type: 'spki' })
    assert.ok(spki.equals(device.spki))
    assert.ok(certificate.verify(certificate.publicKey))
    assert.equal(certificate.subject, 'CN=device')
    assert.equal(certificate.issuer, 'CN=device')
    assert.equal(certificate.validFromDate.toISOString(), '2000-01-01T00:00:00.000Z')
    assert.equal(certificate.validToDate.toISOString(), '9999-12-31T23:59:59.000Z')
    assert.equal(certificate.subjectAltName, undefined)
    assert.equal(certificate.ca, false)
  })

  test(`two certificates of one ${suite} key differ in serial number and signature only`, async () => {
    const { pkcs8, spki } = await makeDevice(suite)
    const [one, two] = [
      await createCertificate(suite, pkcs8, spki),
      await createCertificate(suite, pkcs8, spki),
    ]
    const serials = [one, two].map((der) => new X509Certificate(der).serialNumber)
    assert.notEqual(serials[0], serials[1])
    for (const serial of serials) assert.match(serial, /^[4-7][0-9A-F]{31}$/)
  })
}

test('a certificate is made for a matching pair of the suite’s kind only', async () => {
  const [one, other] = [await makeDevice('hybrid'), await makeDevice('hybrid')]
  const p384 = await makeDevice('p384')
  const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const wrong = [
    ['hybrid', one.pkcs8, other.spki],
    ['hybrid', p384.pkcs8, p384.spki],
    ['cnsa', one.pkcs8, one.spki],
    ['hybrid', one.spki, one.spki],
    ['hybrid', new Uint8Array(), one.spki],
    [
      'p384',
      p256.privateKey.export({ format: 'der', type: 'pkcs8' }),
      p256.publicKey.export({ format: 'der', type: 'spki' }),
    ],
  ] as const
  for (const [suite, pkcs8, spki] of wrong) {
    await assert.rejects(
      createCertificate(suite, pkcs8, spki),
      (error) => error instanceof CallerFault && error.code === 'key-malformed' && error.cause === undefined,
    )
  }
  for (const suite of ['rot13', '', 'toString', '__proto__']) {
    await assert.rejects(
      createCertificate(suite, one.pkcs8, one.spki),
      (error) => error instanceof CallerFault && error.code === 'suite-unknown',
    )
  }
})
