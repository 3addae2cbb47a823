/** How the page opens: what has to be fetched for it, and that a code lets in once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scene, skip } from './scene.ts'

/** Of scripts, compressed as the device sends them: what a browser has to fetch before the page can be used. */
const MOST_BYTES = 250_000

test('a device and whoever opens its page', { skip }, async (t) => {
  const { device, open, browser } = await scene(t)
  const alice = await device('Alice')

  await t.test('a code opens the page once', async () => {
    const { url } = await alice.client.launch()
    const first = await browser.newPage()
    await first.goto(url)
    await first.getByRole('heading', { name: 'Create a circle, or join one' }).waitFor()
    assert.equal(new URL(first.url()).hash, '', 'the code is no longer in the address')
    const second = await (await browser.newContext()).newPage()
    await second.goto(url)
    await second.getByRole('heading', { name: 'Open Triode from your computer' }).waitFor()
    await Promise.all([first, second].map((page) => page.context().close()))
  })

  await alice.client.createCircle({ name: 'Rowing club' })
  const page = await open(alice)
  await page.getByRole('link', { name: /^Rowing club/ }).waitFor()

  await t.test('the first scripts are at most 250 kB, compressed', async () => {
    const scripts = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .filter((entry) => entry.name.endsWith('.js'))
        .map((entry) => ({ name: entry.name, bytes: (entry as PerformanceResourceTiming).encodedBodySize })),
    )
    const sum = scripts.reduce((bytes, script) => bytes + script.bytes, 0)
    t.diagnostic(`${scripts.length} scripts, ${sum} bytes`)
    assert.ok(scripts.length > 0 && sum > 50_000, 'they were seen')
    assert.ok(sum <= MOST_BYTES, `${sum} bytes: ${JSON.stringify(scripts)}`)
  })
})
