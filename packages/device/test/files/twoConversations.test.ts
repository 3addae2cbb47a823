/** Mallory names in a conversation of two what she names in that of all. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { CircleRuntime } from '../../src/circle/circleRuntime.ts'
import { Bench, event, join2, pair, type TestDevice } from '../devices.ts'
import { eager, fileToSend, idOf, noise, whole } from './stories.ts'

let bench: Bench
let mallory: TestDevice
let bob: TestDevice
let carol: TestDevice
let circle: string
before(async () => {
  bench = new Bench()
  ;({ alice: mallory, bob, circle } = await pair(bench))
  carol = await bench.make('Carol')
  await join2(mallory, carol, circle)
  await eager(carol)
  await bob.device.setFileSettings({ autoFetchBytes: 0, autoFetchSlowBytes: 0 })
})
after(() => bench.end())

interface Inside {
  readonly state: { readonly unlocked: { readonly circles: readonly CircleRuntime[] } }
}

describe('a file that was first named in another conversation', () => {
  it('comes from all who read one in which it is named', async () => {
    const sent = await mallory.device.sendFiles({
      where: 'Bob',
      paths: [fileToSend(bench, 'x', noise(5_000))],
    })
    const id = idOf(sent)
    await event(bob, 'message', ({ message }) => message.id === sent.message)
    const [own] = (mallory.device as unknown as Inside).state.unlocked.circles
    assert.ok(own)
    const attachments = own.participant.timeline(sent.conversation).get(sent.message)?.attachments
    assert.ok(attachments)
    const body = { kind: 'text', text: '', mentions: [], attachments } as const
    const message = own.participant.write(own.state.conversations.circle, body)
    for (const one of [bob, carol]) await event(one, 'message', (got) => got.message.id === message)
    await whole(carol, id)
    await mallory.device.close()
    await bob.device.getFile({ id })
    await whole(bob, id, 30_000)
  })
})
