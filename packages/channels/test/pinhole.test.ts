/** A firewall of IPv6 is opened by UPnP, at the router that is known and nowhere else (spec §8.1). */
import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { afterEach, describe, it } from 'node:test'
import { Fault } from '@triode/core'
import { PinholeMethod } from '../src/portmap/pinholeMethod.ts'
import type { Wanted } from '../src/portmap/mapping.ts'
import { description, FakeRouter, soap, soapError, type Reply, type Talk } from './fakeRouter.ts'

const HOST = '::1'
const FIREWALL = 'urn:schemas-upnp-org:service:WANIPv6FirewallControl:1'
const wanted: Wanted = {
  gateway: { family: 'IPv6', host: HOST },
  ...{ local: HOST, port: 4_711, external: 4_711 },
}
const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((one) => one?.address === HOST)
const skip = hasIpv6 ? false : 'this machine has no IPv6, not even on loopback'
if (skip !== false) process.stderr.write(`\n*** NOT TESTED: ${skip}\n\n`)

const routers: FakeRouter[] = []

/** @param add what becomes of AddPinhole instead of number 7 */
function talking(add?: Reply, location = (own: string) => `${own}/root.xml`): Talk & { bodies: string[] } {
  const bodies: string[] = []
  return {
    bodies,
    location,
    document: (path, body) => {
      if (path === '/root.xml') return { body: description('/control', FIREWALL) }
      bodies.push(body)
      const action = /<u:(\w+)/.exec(body)?.[1] ?? ''
      if (action === 'AddPinhole' && add !== undefined) return add
      const id = action === 'AddPinhole' ? '<UniqueID>7</UniqueID>' : ''
      return { body: soap(`<u:${action}Response xmlns:u="x">${id}</u:${action}Response>`) }
    },
  }
}

async function started(talk: Talk): Promise<{ router: FakeRouter; method: PinholeMethod }> {
  const router = await FakeRouter.start(talk, HOST)
  routers.push(router)
  return { router, method: new PinholeMethod(router.searchPort) }
}

const inTime = (): AbortSignal => AbortSignal.timeout(20_000)

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const fault: unknown = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  assert.ok(fault instanceof Fault)
  return fault
}

void describe('an opening in the firewall of a router', { skip, timeout: 120_000 }, () => {
  afterEach(async () => {
    await Promise.all(routers.splice(0).map((router) => router.end()))
  })

  void it('is made for this machine’s own address and port, renewed as if it were new, and taken back by its number', async () => {
    const talk = talking()
    const { router, method } = await started(talk)
    for (let round = 0; round < 2; round++) {
      const grant = await method.map(wanted, inTime())
      assert.deepEqual(grant, { external: { host: HOST, port: 4_711 }, lifetimeS: 600 })
    }
    await method.unmap(wanted, inTime())
    await method.unmap(wanted, inTime())
    assert.deepEqual(router.asked.slice(-4), ['GET /root.xml', 'AddPinhole', 'AddPinhole', 'DeletePinhole'])
    const [first = '', , last = ''] = talk.bodies
    for (const part of ['<InternalClient>::1<', '<InternalPort>4711<', '<Protocol>6<', '<LeaseTime>600<'])
      assert.ok(first.includes(part), part)
    assert.ok(last.includes('<UniqueID>7<'))
  })

  void it('is asked for at the router, whichever host the router names as itself', async () => {
    const { router, method } = await started(
      talking(undefined, (own) => `${own.replace('[::1]', '[2001:db8::66]')}/root.xml`),
    )
    await method.map(wanted, inTime())
    assert.ok(router.asked.includes('AddPinhole'))
  })

  void it('is not asked for where a name, another protocol or IPv4 is named', async () => {
    for (const location of [
      'http://router.example/root.xml',
      'https://[::1]/root.xml',
      'http://127.0.0.1/root.xml',
    ]) {
      const { router, method } = await started(talking(undefined, () => location))
      assert.equal((await faultOf(method.map(wanted, inTime()))).code, 'router-silent', location)
      assert.deepEqual(new Set(router.asked), new Set(['search']))
    }
  })

  void it('is not needed where the firewall is off', async () => {
    const { router, method } = await started(talking(soapError(702)))
    assert.equal((await method.map(wanted, inTime())).external.port, 4_711)
    await method.unmap(wanted, inTime())
    assert.ok(!router.asked.includes('DeletePinhole'))
  })

  for (const [code, words] of [
    [606, 'not authorized'],
    [701, 'no room'],
    [703, 'allows no openings'],
    [799, 'error 799'],
  ] as const) {
    void it(`that is refused is told in words: ${words}`, async () => {
      const { method } = await started(talking(soapError(code)))
      const fault = await faultOf(method.map(wanted, inTime()))
      assert.equal(fault.code, 'router-refused')
      assert.ok(fault.message.includes(words))
    })
  }

  void it('without a number that it can be taken back by is nonsense; and IPv4 is for others', async () => {
    for (const id of ['', '123456', '-1', '7 or 8']) {
      const answer = soap(
        `<u:AddPinholeResponse xmlns:u="x"><UniqueID>${id}</UniqueID></u:AddPinholeResponse>`,
      )
      const { method } = await started(talking({ body: answer }))
      const fault = await faultOf(method.map(wanted, inTime()))
      assert.equal(fault.code, 'malformed', id)
    }
    const four = { ...wanted, gateway: { family: 'IPv4' as const, host: '127.0.0.2' }, local: '127.0.0.1' }
    const { router, method } = await started(talking())
    assert.equal((await faultOf(method.map(four, inTime()))).code, 'router-silent')
    assert.deepEqual(router.asked, [])
  })
})
