/** Bob is restored from an old backup, and meets a keeper alone: what he once had, he is not given again there. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { ROLE, type CircleId } from '@triode/core'
import { Bench, event, eventually, join2, pair, PASSPHRASE, textsIn, type TestDevice } from '../devices.ts'

const PATIENCE_MS = 60_000

describe('messages that keepers have no more', () => {
  let bench: Bench
  let alice: TestDevice
  let circle: CircleId
  let restored: TestDevice
  before(async () => {
    bench = new Bench()
    const made = await pair(bench)
    alice = made.alice
    circle = made.circle
    const { bob } = made
    bench.keeper = {}
    await join2(alice, await bench.make('Kim'), circle, ROLE.keeper)
    await alice.device.send({ where: circle, text: 'in the backup' })
    await hears(bob, ['in the backup'])
    const file = join(bench.folder, 'bob.backup')
    await bob.device.backup(file)
    await alice.device.send({ where: circle, text: 'after the backup' })
    await hears(bob, ['in the backup', 'after the backup'])
    await held(0)
    await bob.device.close()
    await alice.device.send({ where: circle, text: 'while Bob was away' })
    await held(1)
    await alice.device.lock()
    bench.keeper = undefined
    restored = await bench.open()
    await restored.device.restore(file, PASSPHRASE)
  })
  after(() => bench.end())

  it('are shown as missing, with whose they are, and the doctor says where they come from', async () => {
    const { conversation } = await event(
      restored,
      'conversation',
      (one) => one.conversation.missingFrom !== undefined,
    )
    const members = await restored.device.members(circle)
    const author = members.find(({ name }) => name === 'Alice')
    assert.deepEqual(conversation.missingFrom, [author?.member])
    assert.deepEqual(await textsIn(restored, circle), ['in the backup'])
    const found = (await restored.device.doctor()).find(({ code }) => code === 'circle-messages-missing')
    assert.equal(found?.values['count'], 1)
  })

  it('come, and what was written since, once their author is there', async () => {
    await alice.device.unlock(PASSPHRASE)
    await hears(restored, ['in the backup', 'after the backup', 'while Bob was away'])
    const [conversation] = await restored.device.conversations(circle)
    assert.equal(conversation?.missingFrom, undefined)
  })

  /** What a keeper has of what Alice wrote, as she knows. */
  async function held(entries: number): Promise<void> {
    await eventually(
      `${String(entries)} to be held`,
      async () => {
        const { keepers } = await alice.device.circle(circle)
        return keepers[0]?.held?.entries === entries ? true : undefined
      },
      PATIENCE_MS,
    )
  }

  async function hears(one: TestDevice, texts: readonly string[]): Promise<void> {
    await eventually(
      `it: ${texts.join()}`,
      async () => ((await textsIn(one, circle)).join() === texts.join() ? true : undefined),
      PATIENCE_MS,
    )
  }
})
