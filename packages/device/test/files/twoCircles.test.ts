/** Mallory is in two circles with Bob, and names in one what belongs to the other. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { CircleRuntime } from '../../src/circle/circleRuntime.ts'
import { Bench, event, join2, pair, type TestDevice } from '../devices.ts'
import { eager, fileToSend, idOf, noise } from './stories.ts'

let bench: Bench
let mallory: TestDevice
let bob: TestDevice
let first: string
let second: string
before(async () => {
  bench = new Bench()
  ;({ alice: mallory, bob, circle: first } = await pair(bench))
  second = (await mallory.device.createCircle({ name: 'Other' })).circle
  await join2(mallory, bob, second)
  await mallory.device.setFileSettings({ autoFetchBytes: 0, autoFetchSlowBytes: 0 })
  await eager(bob)
})
after(() => bench.end())

interface Inside {
  readonly state: { readonly unlocked: { readonly circles: readonly CircleRuntime[] } }
}

function circleOf(id: string): CircleRuntime {
  const circle = (mallory.device as unknown as Inside).state.unlocked.circles.find((one) => one.id === id)
  assert.ok(circle)
  return circle
}

/** Bob sends a file in the first circle; Mallory, who does not even fetch it, names it in the second. */
async function namedInBoth(): Promise<string> {
  const sent = await bob.device.sendFiles({ where: first, paths: [fileToSend(bench, 'own', noise(5_000))] })
  await event(mallory, 'message', ({ message }) => message.id === sent.message)
  const [from, to] = [circleOf(first), circleOf(second)]
  const { attachments } = from.participant.timeline(from.state.conversations.circle).get(sent.message) ?? {}
  assert.ok(attachments)
  const body = { kind: 'text', text: '', mentions: [], attachments } as const
  const message = to.participant.write(to.state.conversations.circle, body)
  await event(bob, 'message', (got) => got.message.id === message)
  // Long enough for what is here to be taken for whole.
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  return idOf(sent)
}

async function stateIn(circle: string, id: string): Promise<string | undefined> {
  return (await bob.device.files({ where: circle })).find((file) => file.id === id)?.state
}

describe('a file of one circle that is named in another', () => {
  it('is not here for that other, which so does not learn that one is in both', async () => {
    const id = await namedInBoth()
    assert.equal(await stateIn(first, id), 'complete')
    assert.notEqual(await stateIn(second, id), 'complete')
  })

  it('does not go for that, though nobody else has it', async () => {
    const id = await namedInBoth()
    await bob.device.setFileSettings({ quotaBytes: 1 })
    await new Promise((resolve) => setTimeout(resolve, 500))
    assert.equal(await stateIn(first, id), 'complete')
    const chunks = readdirSync(join(bob.home, 'files')).filter((name) => name.endsWith('.chunks'))
    assert.ok(chunks.length >= 2, 'both of his files are here')
  })
})
