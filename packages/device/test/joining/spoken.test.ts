/** Spoken codes between devices: found, typed wrong, used up, interrupted (spec §6.8). */
import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { createSuite, hourOf, parseSpokenCode, spokenKnockName } from '@triode/core'
import { nodePrimitives, systemRandom } from '@triode/crypto'
import { createCertificate, dialTunnel, type Tunnel } from '@triode/tunnel'
import { connect } from 'node:net'
import { Bench, codeOf, eventually, PASSPHRASE, tcpAddressOf, type TestDevice } from '../devices.ts'

const bench = new Bench()
after(() => bench.end())

const suite = createSuite('hybrid', nodePrimitives())

/** A device with a circle, where it is, and a code for it. */
async function inviter(circle = 'Chess', suiteName: 'hybrid' | 'cnsa' | 'p384' = 'hybrid') {
  const ann = await bench.make('Ann')
  await ann.device.createCircle({ name: circle, suite: suiteName })
  return { ann, at: await tcpAddressOf(ann), circle }
}

/** The same number with other words. */
function slip(code: string): string {
  const { number, words } = parseSpokenCode(code)
  return `${String(number)}-${words[0] === 'zoo' ? 'abandon' : 'zoo'}-${words[1] ?? ''}`
}

function faultsOf({ events }: TestDevice, code: string) {
  return events.flatMap((event) => (event.type === 'fault' && event.code === code ? [event] : []))
}

async function triesLeft({ device }: TestDevice, circle: string): Promise<number | undefined> {
  return (await device.invitations(circle))[0]?.triesLeft
}

/** Calls with the code's number and a key of one's own. */
async function call(at: string, code: string): Promise<Tunnel> {
  const key = suite.signing.generate(systemRandom)
  const pkcs8 = key.exportPkcs8()
  const identity = {
    suite: suite.name,
    pkcs8,
    certificate: await createCertificate(suite.name, pkcs8, key.publicKey),
  }
  const knock = spokenKnockName(suite, parseSpokenCode(code).number, hourOf(Date.now()))
  const [host = '', port = ''] = at.split(':')
  const socket = connect(Number(port), host)
  socket.on('error', () => undefined)
  return dialTunnel(socket, identity, { knock, authorize: () => true })
}

describe('a spoken code', () => {
  it('lets one person in, typed as people type, and shows the same safety words on both sides', async () => {
    const { ann, at } = await inviter()
    const made = await ann.device.inviteSpoken({ circle: 'Chess' })
    assert.match(made.code, /^\d{4}-[a-z]+-[a-z]+$/)
    assert.equal(made.tries, 3)
    const bob = await bench.make('Bob')
    const joined = await bob.device.join({ link: ` ${made.code.toUpperCase().replaceAll('-', ' ')} `, at })
    assert.equal(joined.name, 'Chess')
    const seen = await ann.device.member('Chess/Bob')
    assert.deepEqual(seen.safetyWords, joined.safetyWords)
    assert.equal((await ann.device.invitations('Chess'))[0]?.state, 'spent')
    const carol = await bench.make('Carol')
    assert.equal(await codeOf(carol.device.join({ link: made.code, at })), 'invitation-refused')
  })

  it('with a wrong word says so to both, and how many tries are left; the right one still works', async () => {
    const { ann, at } = await inviter()
    const { code } = await ann.device.inviteSpoken({ circle: 'Chess' })
    const bob = await bench.make('Bob')
    assert.equal(await codeOf(bob.device.join({ link: slip(code), at })), 'code-wrong')
    const told = await eventually('Ann to be told', () => faultsOf(ann, 'code-wrong')[0])
    assert.match(told.message, /2 of 3 tries are left/)
    assert.equal(await triesLeft(ann, 'Chess'), 2)
    assert.equal((await bob.device.join({ link: code, at })).name, 'Chess')
    assert.equal(await triesLeft(ann, 'Chess'), 2)
  })

  it('is dead after three wrong tries, also for who has it right, and answers nobody any more', async () => {
    const { ann, at } = await inviter()
    const { code } = await ann.device.inviteSpoken({ circle: 'Chess' })
    const bob = await bench.make('Bob')
    for (let n = 0; n < 3; n++)
      assert.equal(await codeOf(bob.device.join({ link: slip(code), at })), 'code-wrong')
    await eventually('Ann to be told', () => faultsOf(ann, 'code-dead')[0])
    assert.equal(await triesLeft(ann, 'Chess'), 0)
    assert.equal(await codeOf(bob.device.join({ link: code, at })), 'code-dead')
    await assert.rejects(call(at, code), { code: 'knock-unknown' })
    assert.equal((await ann.device.members('Chess')).length, 1)
  })

  it('counts tries before it answers: of ten at once three are answered', async () => {
    const { ann, at } = await inviter()
    const { code } = await ann.device.inviteSpoken({ circle: 'Chess' })
    const thieves = await Promise.all(Array.from({ length: 5 }, () => bench.make()))
    const outcomes = await Promise.all(
      thieves.flatMap(({ device }) => [1, 2].map(() => codeOf(device.join({ link: slip(code), at })))),
    )
    assert.equal(outcomes.filter((outcome) => outcome === 'code-wrong').length, 3, outcomes.join(' '))
    assert.equal(outcomes.filter((outcome) => outcome === 'code-dead').length, 7, outcomes.join(' '))
    assert.equal(await triesLeft(ann, 'Chess'), 0)
  })

  it('admits one of two who have it right at the same moment', async () => {
    const { ann, at } = await inviter()
    const { code } = await ann.device.inviteSpoken({ circle: 'Chess' })
    const both = await Promise.all([bench.make('Bob'), bench.make('Carol')])
    const outcomes = await Promise.all(both.map(({ device }) => codeOf(device.join({ link: code, at }))))
    assert.deepEqual(outcomes.sort(), ['invitation-refused', 'no fault'])
    assert.equal((await ann.device.members('Chess')).length, 2)
  })

  it('counts a try of who hangs up instead of proving, and of who sends junk', async () => {
    const { ann, at } = await inviter()
    const { code } = await ann.device.inviteSpoken({ circle: 'Chess' })
    const silent = await call(at, code)
    const stream = silent.open('/meet')
    stream.end(Uint8Array.from([0x82, 0x01, 0x58, 0x20, 9, ...new Uint8Array(31)]))
    await new Promise((resolve) => stream.once('data', resolve))
    silent.destroy()
    const told = await eventually('Ann to be told', () => faultsOf(ann, 'code-wrong')[0])
    assert.match(told.message, /2 of 3/)
    const junk = await call(at, code)
    junk
      .open('/meet')
      .on('error', () => undefined)
      .resume()
      .end(systemRandom.bytes(60))
    await eventually('the junk to be told', () => faultsOf(ann, 'malformed')[0])
    junk.destroy()
    await eventually('the try to be counted', () => faultsOf(ann, 'code-wrong')[1])
    assert.equal(await triesLeft(ann, 'Chess'), 1)
    const bob = await bench.make('Bob')
    assert.equal((await bob.device.join({ link: code, at })).name, 'Chess')
  })

  it('opens no other path, no step twice and none out of turn', async () => {
    const { ann, at } = await inviter()
    const { code } = await ann.device.inviteSpoken({ circle: 'Chess' })
    const tunnel = await call(at, code)
    for (const path of ['/join', '/sync', '/meet/proof', '/']) {
      const stream = tunnel.open(path)
      stream.on('error', () => undefined)
      stream.resume().end('x')
      await new Promise((resolve) => stream.once('close', resolve))
    }
    tunnel.destroy()
    assert.equal(await triesLeft(ann, 'Chess'), 3)
  })

  it('shows strangers nothing of the circle: keys made for the code alone', async () => {
    const { ann, at } = await inviter()
    const [first, second] = [
      await ann.device.inviteSpoken({ circle: 'Chess' }),
      await ann.device.inviteSpoken({ circle: 'Chess' }),
    ]
    const { device } = await ann.device.circle('Chess')
    const keys = await Promise.all(
      [first, second].map(async ({ code }) => {
        const tunnel = await call(at, code)
        tunnel.destroy()
        return tunnel.peerKey
      }),
    )
    assert.notDeepEqual(keys[0], keys[1])
    for (const key of keys) assert.notEqual(suite.hash(key).toHex(), device)
    const { link } = await ann.device.invite({ circle: 'Chess' })
    assert.ok(!keys.some((key) => link.includes(suite.hash(key).toHex())))
  })

  it('counts across a lock and unlock, and ends when it is revoked', async () => {
    const { ann, circle } = await inviter()
    const { code, invitation } = await ann.device.inviteSpoken({ circle })
    const bob = await bench.make('Bob')
    assert.equal(
      await codeOf(bob.device.join({ link: slip(code), at: await tcpAddressOf(ann) })),
      'code-wrong',
    )
    await ann.device.lock()
    await ann.device.unlock(PASSPHRASE)
    assert.equal(await triesLeft(ann, circle), 2)
    await ann.device.revokeInvitation(invitation)
    assert.equal(await codeOf(bob.device.join({ link: code, at: await tcpAddressOf(ann) })), 'code-dead')
    assert.equal(await triesLeft(ann, circle), undefined)
  })

  it('waits for an inviter that is away for a moment', async () => {
    const { ann, at, circle } = await inviter()
    const { code } = await ann.device.inviteSpoken({ circle })
    const bob = await bench.make('Bob')
    await ann.device.lock()
    assert.equal(await codeOf(bob.device.join({ link: code, at, timeoutMs: 1_000 })), 'inviter-unreachable')
  })

  it('is offered in hybrid circles only, with a remedy elsewhere, and for an hour at most', async () => {
    for (const suiteName of ['cnsa', 'p384'] as const) {
      const { ann, circle } = await inviter('Strict', suiteName)
      await assert.rejects(ann.device.inviteSpoken({ circle }), {
        code: 'spoken-not-offered',
        remedy: 'Invite by link or QR code.',
      })
      assert.deepEqual(await ann.device.invitations(circle), [])
    }
    const { ann, circle } = await inviter()
    const tooLong = ann.device.inviteSpoken({ circle, expiresMs: 3_600_001 })
    await assert.rejects(tooLong, { code: 'expiry-out-of-range' })
  })

  it('is one of sixteen at most that may be tried for at a time', async () => {
    const { ann, circle } = await inviter()
    const made = []
    for (let n = 0; n < 16; n++) made.push(await ann.device.inviteSpoken({ circle }))
    assert.equal(new Set(made.map(({ code }) => code.slice(0, 4))).size, 16)
    assert.equal(await codeOf(ann.device.inviteSpoken({ circle })), 'too-many-codes')
    await ann.device.revokeInvitation(made[0]?.invitation ?? '')
    assert.equal(await codeOf(ann.device.inviteSpoken({ circle })), 'no fault')
  })

  it('that is none, or a place that is none, is refused at once', async () => {
    const bob = await bench.make('Bob')
    assert.equal(await codeOf(bob.device.join({ link: '4821-xyzzy-clown' })), 'code-malformed')
    assert.equal(
      await codeOf(bob.device.join({ link: '4821-crucial-clown', at: 'nowhere' })),
      'address-malformed',
    )
  })
})
