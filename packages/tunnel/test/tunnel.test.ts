import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeDevice, meet, part, SUITES, tcpPair, text, KNOCK } from './devices.ts'

const GROUPS = { hybrid: 'X25519MLKEM768', cnsa: 'MLKEM1024', p384: 'P-384' }

for (const suite of SUITES) {
  test(`two devices of a ${suite} circle meet, know each other's keys, and talk`, async () => {
    const [alice, bob] = await Promise.all([makeDevice(suite), makeDevice(suite)])
    const [dialed, accepted] = await meet({ alice, bob, links: await tcpPair() })
    assert.ok(dialed.status === 'fulfilled' && accepted.status === 'fulfilled')
    const [here, there] = [dialed.value, accepted.value]
    for (const tunnel of [here, there]) {
      assert.equal(tunnel.group, GROUPS[suite])
      assert.equal(tunnel.cipher, 'TLS_AES_256_GCM_SHA384')
      assert.equal(tunnel.knock, KNOCK)
    }
    assert.deepEqual(Buffer.from(here.peerKey), Buffer.from(bob.spki))
    assert.deepEqual(Buffer.from(there.peerKey), Buffer.from(alice.spki))
    assert.equal(here.exporter().length, 32)
    assert.deepEqual(here.exporter(), there.exporter())

    there.onStream((path, stream) => {
      stream.write(`${path}: `)
      stream.pipe(stream)
    })
    const stream = here.open('/echo')
    stream.end('hello, Bob')
    assert.equal(await text(stream), '/echo: hello, Bob')
    assert.ok((await here.ping()) > 0)
    assert.ok((await there.ping()) > 0)
    here.close()
    assert.equal(await here.closed, undefined)
    assert.equal(await there.closed, undefined)
    await part(here, there)
  })
}
