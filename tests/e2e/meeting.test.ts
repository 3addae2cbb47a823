/** Meeting by a spoken code, between real processes: found on the LAN, at a typed address, and through kills. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { circleOfTwo, type CircleOfTwo, type DeviceProcess } from './circleOfTwo.ts'

/** Kills of the inviter, each at another moment of a joining. */
const KILLS = 8

let two: CircleOfTwo
let guests = 0
before(async () => {
  two = await circleOfTwo()
})
after(async () => {
  await two.end()
})

/** Somebody new, on a device of their own. */
function guest(): Promise<DeviceProcess> {
  return two.device(`Guest ${String(++guests)}`).start()
}

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => 'no fault',
    (fault: unknown) => (fault as { code?: string }).code ?? String(fault),
  )
}

async function members(): Promise<number> {
  return (await two.alice.client.members({ circle: two.circle })).members.length
}

function slip(code: string): string {
  return code.replace(/-(\w+)-/, (_, word: string) => (word === 'zoo' ? '-abandon-' : '-zoo-'))
}

describe('a code read out between two processes', () => {
  it('is found on the LAN by its number alone', async () => {
    const { code } = await two.alice.client.inviteSpoken({ circle: two.circle })
    const carol = await guest()
    const joined = await carol.client.join({ link: code })
    assert.equal(joined.circle, two.circle)
    assert.match(joined.channel, /^(lan|tcp)$/)
    await carol.stop()
  })

  it('is found at an address that is typed, and tells at once that a used-up one is dead', async () => {
    const { code } = await two.alice.client.inviteSpoken({ circle: two.circle })
    const at = two.alice.listening[0]?.replace(/^\w+:(?=.*:)/, '') ?? ''
    const carol = await guest()
    for (let n = 0; n < 3; n++) {
      assert.equal(await codeOf(carol.client.join({ link: slip(code), at })), 'code-wrong')
    }
    assert.equal(await codeOf(carol.client.join({ link: code, at })), 'code-dead')
    await carol.stop()
  })

  it('keeps its count through a kill of the inviter after each try', async () => {
    const { code } = await two.alice.client.inviteSpoken({ circle: two.circle })
    const carol = await guest()
    for (let n = 0; n < 3; n++) {
      assert.equal(await codeOf(carol.client.join({ link: slip(code) })), 'code-wrong')
      await two.alice.kill()
      await two.alice.start()
    }
    const before = await members()
    assert.equal(await codeOf(carol.client.join({ link: code, timeoutMs: 2_000 })), 'inviter-unreachable')
    assert.equal(await members(), before)
    await carol.stop()
  })

  it('lets the one in who has it, although the inviter is killed in the middle, and nobody twice', async () => {
    for (let n = 0; n < KILLS; n++) {
      const { code } = await two.alice.client.inviteSpoken({ circle: two.circle })
      const before = await members()
      const carol = await guest()
      const joining = codeOf(carol.client.join({ link: code, timeoutMs: 30_000 }))
      await new Promise((resolve) => setTimeout(resolve, n * 15))
      await two.alice.kill()
      await two.alice.start()
      const outcome = await joining
      // A run that was cut after it was counted costs a try; the other two are enough.
      assert.equal(outcome, 'no fault', `killed after ${String(n * 15)} ms`)
      assert.equal(await members(), before + 1)
      await carol.stop()
    }
  })
})
