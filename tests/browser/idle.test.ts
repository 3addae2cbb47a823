/** A page that is left open, and one that is read, where the device locks itself when nobody uses it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { goTo } from './places.ts'
import { inOneCircle, scene, skip } from './scene.ts'

/** Longer than the page waits until it says again that somebody is there. */
const IDLE_MS = 15_000
const LOCKED_WITHIN_MS = 60_000

test('Alice, whose device locks when nobody uses it', { skip }, async (t) => {
  const { device, open } = await scene(t)
  const [alice, bob] = await Promise.all([device('Alice'), device('Bob')])
  const circle = await inOneCircle(alice, bob)
  // What is under way when it locks is refused.
  const page = await open(alice, { expected: /status of 423/ })
  await page.locator('.list-rows').waitFor()
  const { conversation } = await alice.client.resolve({ where: circle })
  await goTo(page, `/c/${conversation}`)
  await page.getByRole('textbox', { name: /message/i }).waitFor()
  await alice.client.setIdleLock({ afterMs: IDLE_MS })
  const state = async () => (await alice.client.status()).state

  await t.test('reads what is there already, and is not locked out', async () => {
    for (let ms = 0; ms < 1.4 * IDLE_MS; ms += 1_000) {
      await page.mouse.move(300 + (ms % 7_000) / 100, 300)
      await setTimeout(1_000)
    }
    assert.equal(await state(), 'unlocked')
  })

  await t.test('goes away: it locks, however many messages come in, which the page shows', async () => {
    let sent = 0
    const started = performance.now()
    while ((await state()) !== 'locked' && performance.now() - started < LOCKED_WITHIN_MS) {
      await bob.client.send({ where: circle, text: `Number ${String(++sent)}` })
      await setTimeout(500)
    }
    assert.equal(await state(), 'locked')
    assert.ok(performance.now() - started > IDLE_MS / 2, 'not at once')
    assert.ok(sent > 10)
    await page.getByText('It locked by itself').waitFor()
  })
})
