/** Mallory is put out of a room in which a file was sent, and had not fetched it by then. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { CircleRuntime } from '../../src/circle/circleRuntime.ts'
import { Bench, event, eventually, join2, pair, type TestDevice } from '../devices.ts'
import { fileToSend, idOf, noise, whole } from './stories.ts'

let bench: Bench
let alice: TestDevice
let mallory: TestDevice
let carol: TestDevice
let circle: string
before(async () => {
  bench = new Bench()
  ;({ alice, bob: mallory, circle } = await pair(bench))
  carol = await bench.make('Carol')
  await join2(alice, carol, circle)
  for (const one of [mallory, carol])
    await one.device.setFileSettings({ autoFetchBytes: 0, autoFetchSlowBytes: 0 })
})
after(() => bench.end())

interface Inside {
  readonly state: { readonly unlocked: { readonly circles: readonly CircleRuntime[] } }
}

describe('a file of a room', () => {
  it('is given to nobody because somebody names it elsewhere who was put out; and is, when one who reads it sends it on', async () => {
    const room = await alice.device.createRoom({ circle, name: 'Room', members: ['Bob'] })
    const sent = await alice.device.sendFiles({
      where: room.conversation,
      paths: [fileToSend(bench, 'x', noise(5_000))],
    })
    const id = idOf(sent)
    await event(mallory, 'message', ({ message }) => message.id === sent.message)
    const [own] = (mallory.device as unknown as Inside).state.unlocked.circles
    assert.ok(own)
    const attachments = own.participant.timeline(sent.conversation).get(sent.message)?.attachments
    assert.ok(attachments)
    await alice.device.changeRoomMembers({ where: room.conversation, remove: ['Bob'] })
    await eventually('Mallory to be out', () =>
      own.participant.membership.mayRead(own.self, sent.conversation) ? undefined : true,
    )
    const body = { kind: 'text', text: '', mentions: [], attachments } as const
    const message = own.participant.write(own.state.conversations.circle, body)
    for (const one of [alice, carol]) await event(one, 'message', (got) => got.message.id === message)
    for (const one of [mallory, carol]) await one.device.getFile({ id })
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    for (const one of [mallory, carol]) assert.notEqual((await one.device.file(id)).state, 'complete')
    await alice.device.sendFiles({ where: circle, files: [{ id }] })
    for (const one of [mallory, carol]) await whole(one, id, 30_000)
  })
})
