import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { Bench, codeOf, event, eventually, join2, PASSPHRASE } from '../devices.ts'

const bench = new Bench()
after(async () => {
  await bench.end()
})

describe('what is taken of the disk', () => {
  it('is told by conversation, those that take most first', async () => {
    const { device } = await bench.make('Alice')
    const { circle } = await device.createCircle({ name: 'Circle' })
    const room = await device.createRoom({ circle, name: 'Attic', members: [] })
    const before = await device.storage()
    assert.deepEqual([before.filesBytes, before.quotaBytes, before.conversations], [0, null, []])
    assert.ok(before.vaultBytes > 4_096 && before.freeBytes > 0)
    const file = (name: string, bytes: number) => {
      writeFileSync(join(bench.folder, name), Buffer.alloc(bytes, name))
      return join(bench.folder, name)
    }
    await device.sendFiles({ where: circle, paths: [file('small', 300_000)] })
    await device.sendFiles({
      where: room.conversation,
      paths: [file('large', 900_000), file('other', 100_000)],
    })
    await device.setFileSettings({ quotaBytes: 50_000_000 })
    const { filesBytes, quotaBytes, conversations } = await device.storage()
    assert.equal(quotaBytes, 50_000_000)
    assert.deepEqual(
      conversations.map(({ name, files }) => [name, files]),
      [
        ['Attic', 2],
        ['Circle', 1],
      ],
    )
    const [attic, whole] = conversations
    assert.ok(attic !== undefined && whole !== undefined)
    assert.ok(attic.bytes >= 1_000_000 && whole.bytes >= 300_000 && whole.bytes < 400_000)
    assert.equal(attic.bytes + whole.bytes, filesBytes)
    await device.lock()
    assert.equal(await codeOf(device.storage()), 'locked')
  })
})

/** Words that stand for what must not get out. */
const CANARY = {
  alice: 'Quetzalcoatl',
  bob: 'Huitzilopochtli',
  circle: 'Tenochtitlan',
  room: 'Chapultepec',
  text: 'Popocatepetl',
  draft: 'Iztaccihuatl',
  device: 'Xochimilco',
} as const

describe('a report for whoever helps', () => {
  it('says what runs, in which state, and what went wrong; and names nobody', async () => {
    const [alice, bob] = await Promise.all([bench.make(CANARY.alice), bench.make(CANARY.bob)])
    const { circle } = await alice.device.createCircle({ name: CANARY.circle })
    await join2(alice, bob, circle)
    const room = await alice.device.createRoom({ circle, name: CANARY.room, members: [CANARY.bob] })
    const sent = await alice.device.send({ where: circle, text: CANARY.text })
    await event(bob, 'message', ({ message }) => message.id === sent.id)
    await alice.device.setDraft(circle, { text: CANARY.draft })
    const { me, device: self } = await alice.device.circle(circle)
    await alice.device.renameDevice(self, CANARY.device)
    await eventually('a round trip to be measured', async () =>
      (await alice.device.peers()).some(({ roundTripMs }) => roundTripMs !== undefined) ? true : undefined,
    )
    const text = await alice.device.diagnostics()
    for (const part of [
      /^Triode test, \d{4}-\d\d-\d\dT/,
      /OpenSSL \d/,
      /device: unlocked, argon2id, idle lock o(n|ff)/,
      /channel tcp: on, 1 addresses/,
      /circle 1: hybrid, active, 2 members, 2 devices, 1 tunnels/,
      /tunnel: tcp, (accepted|dialed), X25519MLKEM768/,
      /faults: none/,
    ])
      assert.match(text, part)

    const members = await alice.device.members(circle)
    const peers = await alice.device.peers()
    const [channel] = (await alice.device.status()).channels
    const secrets = [
      ...Object.values(CANARY),
      ...[circle, me, self, room.conversation, sent.id, sent.conversation],
      ...members.flatMap(({ member, devices }) => [member, ...devices.map(({ device }) => device)]),
      ...peers.flatMap(({ remote }) => [remote, `:${remote.split(':').at(-1) ?? ''}`]),
      ...(channel?.addresses ?? []),
      ...[alice.home, bob.home, bench.folder, PASSPHRASE, '127.0.0.1'],
    ]
    for (const secret of secrets) assert.equal(text.includes(secret), false, `the report says ${secret}`)
    // Nothing that could be an id or a key of any kind.
    assert.doesNotMatch(text.toLowerCase(), /[a-z2-7]{16}/)
  })

  it('has the codes of faults with their times, also once it is locked, and no more of them than is of use', async () => {
    const { device } = await bench.make(CANARY.alice)
    const { circle } = await device.createCircle({ name: CANARY.circle })
    const inner = device as unknown as { emit: (event: unknown) => void }
    const fault = (code: string) => {
      inner.emit({ type: 'fault', code, message: `${CANARY.bob} did it`, remedy: CANARY.text, circle })
    }
    for (let n = 0; n < 3; n++) fault('knock-unknown')
    fault(`not a code but ${CANARY.bob}`)
    const text = await device.diagnostics()
    assert.match(text, /fault: knock-unknown, .+ to .+, 3 times\nfault: unknown, /)
    assert.equal(text.includes(CANARY.bob) || text.includes(CANARY.text), false)
    await device.lock()
    assert.match(await device.diagnostics(), /device: locked, argon2id\nfault: knock-unknown/)
    for (let n = 0; n < 200; n++) fault(n % 2 === 0 ? 'even' : 'odd')
    assert.equal((await device.diagnostics()).match(/^fault: /gm)?.length, 50)
  })

  it('can be made without a vault', async () => {
    const { device } = await bench.open()
    assert.match(await device.diagnostics(), /device: new\nfaults: none\n$/)
    await device.close()
    assert.equal(await codeOf(device.diagnostics()), 'closed')
  })
})
