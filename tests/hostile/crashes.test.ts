import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { circleOfTwo, eventually, type CircleOfTwo, type DeviceProcess } from '../e2e/circleOfTwo.ts'

/** Kills of the invitee, and of the inviter. */
const KILLS = 20
/** Joining takes some tens of milliseconds: before, in the middle of, and after it. */
const MAX_WAIT_MS = 80

/** A port of one's own, so that a link holds after a restart. */
function port(): number {
  return randomInt(20_000, 30_000)
}

async function outcome(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => 'joined',
    (error: unknown) => (error as { code?: string }).code ?? 'cut',
  )
}

/** Kills `victim` at a random moment while `invitee` joins. @returns what the invitee was told */
async function joinAndKill(invitee: DeviceProcess, link: string, victim: DeviceProcess): Promise<string> {
  const joining = outcome(invitee.client.join({ link, timeoutMs: 10_000 }))
  await new Promise((resolve) => setTimeout(resolve, randomInt(MAX_WAIT_MS)))
  await victim.kill()
  await victim.start()
  return joining
}

async function members(device: DeviceProcess, circle: string): Promise<number> {
  return (await device.client.members({ circle })).members.length
}

/** Invitee and inviter hear each other in the circle. */
async function talk(one: DeviceProcess, other: DeviceProcess, circle: string): Promise<void> {
  const { id } = await one.client.send({ where: circle, text: 'made it' })
  await eventually(
    'the message to come',
    async () => {
      const { messages } = await other.client.messages({ where: circle, limit: 5 })
      return messages.find((message) => message.id === id)
    },
    70_000,
  )
}

describe(`joining, cut by SIGKILL ${String(KILLS)} times on either side`, () => {
  let two: CircleOfTwo
  before(async () => {
    two = await circleOfTwo({
      args: () => ['--channels', 'tcp', '--listen', `127.0.0.1:${String(port())}`],
    })
  })
  after(async () => {
    await two.end()
  })

  it('the invitee is never half in a circle, and gets in with the same link', async () => {
    const { alice } = two
    const carol = await two.device('Carol').start()
    const ends = new Map<string, number>()
    for (let round = 0; round < KILLS; round++) {
      const { circle } = await alice.client.createCircle({ name: `Round ${String(round)}` })
      const { link } = await alice.client.invite({ circle })
      await joinAndKill(carol, link, carol)
      const { circles } = await carol.client.circles()
      const isIn = circles.some((one) => one.circle === circle)
      assert.ok((await members(alice, circle)) <= 2)
      const again = await outcome(carol.client.join({ link, timeoutMs: 20_000 }))
      assert.equal(again, isIn ? 'already-member' : 'joined')
      assert.equal(await members(alice, circle), 2, 'whoever was admitted is the one who came again')
      assert.equal(await members(carol, circle), 2)
      ends.set(again, (ends.get(again) ?? 0) + 1)
      if (round % 5 === 0) await talk(carol, alice, circle)
    }
    process.stdout.write(`  killed invitee: ${JSON.stringify(Object.fromEntries(ends))}\n`)
    await carol.stop()
  })

  it('the inviter never has two members for one invitation, and the same link still works', async () => {
    const { alice } = two
    const dave = await two.device('Dave').start()
    const ends = new Map<string, number>()
    for (let round = 0; round < KILLS; round++) {
      const { circle } = await alice.client.createCircle({ name: `Turn ${String(round)}` })
      const { link } = await alice.client.invite({ circle })
      const first = await joinAndKill(dave, link, alice)
      if (first !== 'joined')
        assert.equal(await outcome(dave.client.join({ link, timeoutMs: 20_000 })), 'joined')
      ends.set(first, (ends.get(first) ?? 0) + 1)
      assert.equal(await members(alice, circle), 2)
      assert.equal(await members(dave, circle), 2)
      const [invitation] = (await alice.client.invitations({ circle })).invitations
      assert.equal(invitation?.state, 'spent')
      if (round % 5 === 0) await talk(dave, alice, circle)
    }
    process.stdout.write(`  killed inviter: ${JSON.stringify(Object.fromEntries(ends))}\n`)
    await dave.stop()
  })
})
