/** What a browser has to fetch before the page can be used. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scene, skip } from './scene.ts'

/** Of scripts, compressed as the device sends them. */
const MOST_BYTES = 250_000

test('the first scripts are at most 250 kB, compressed', { skip }, async (t) => {
  const { device, open } = await scene(t)
  const alice = await device('Alice')
  await alice.client.createCircle({ name: 'Rowing club' })
  const page = await open(alice)
  await page.getByRole('link', { name: /^Rowing club/ }).waitFor()
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
