/** How the page opens: what has to be fetched for it, that a code lets in once, as an app, and what it says when something is not there or breaks. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { assertAccessible } from './axe.ts'
import { goTo } from './places.ts'
import { eventually, scene, skip } from './scene.ts'
import { watch } from './watch.ts'

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

  await t.test(
    'what the policy refuses, an error, and a request elsewhere are complaints that fail a test',
    async () => {
      const { url } = await alice.client.launch()
      const watched = await browser.newPage()
      const complaints: string[] = []
      await watch(watched, (complaint) => complaints.push(complaint))
      await watched.goto(url)
      await watched.getByRole('heading', { name: 'Create a circle, or join one' }).waitFor()
      assert.deepEqual(complaints, [])
      await watched.evaluate(() => {
        try {
          document.body.insertAdjacentHTML('beforeend', '<b>written by hand</b>')
        } catch {
          // Trusted Types.
        }
        document.body.append(Object.assign(document.createElement('img'), { src: 'http://[::1]:9/a.png' }))
        void fetch('http://[::1]:9/').catch(() => 0)
        setTimeout(() => {
          throw new TypeError('planted')
        }, 0)
        console.error('said')
      })
      for (const told of [
        /require-trusted-types-for/u,
        /img-src/u,
        /connect-src/u,
        /error: .*planted/su,
        /console: said/u,
      ])
        await eventually(String(told), () =>
          Promise.resolve(complaints.some((one) => told.test(one)) || undefined),
        )
      await watched.context().close()
    },
  )

  const { circle } = await alice.client.createCircle({ name: 'Rowing club' })
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

  await t.test('it can be installed as an app: what Chromium asks of one is there', async () => {
    const devtools = await page.context().newCDPSession(page)
    const { url, data, errors } = await devtools.send('Page.getAppManifest')
    assert.equal(new URL(url).pathname, '/manifest.webmanifest')
    assert.deepEqual(errors, [])
    const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors')
    // Windows of a test keep nothing, and a browser installs nothing from those.
    const others = installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')
    assert.deepEqual(others, [])
    const manifest = JSON.parse(data ?? '') as Manifest
    assert.deepEqual([manifest.start_url, manifest.scope, manifest.display], ['/', '/', 'standalone'])
    for (const { src, sizes } of manifest.icons.filter((icon) => icon.sizes !== 'any'))
      assert.equal(await sizeOf(page, src), sizes, src)
    assert.ok(manifest.icons.some(({ sizes, purpose }) => sizes === '512x512' && /maskable/u.test(purpose)))
  })

  await t.test('an address of a conversation that is not here says so', async () => {
    await goTo(page, '/c/aaaaaaaaaaaaaaaaaaaaaaaaaa')
    await page.getByRole('heading', { name: 'This conversation is not on this device' }).waitFor()
    await assertAccessible(page, 'a conversation that is not here')
    await page.getByRole('button', { name: 'All conversations' }).last().click()
    await page.getByRole('heading', { name: 'Choose a conversation' }).waitFor()
  })

  await t.test('a part that breaks offers to load anew, and its details without a secret', async () => {
    const broken = await open(alice, { expected: /./u })
    await broken.getByRole('link', { name: /^Rowing club/ }).waitFor()
    // As a browser's own fault would. What is copied no page here may read back.
    await broken.evaluate(() => {
      navigator.clipboard.writeText = (copied) => {
        Object.assign(globalThis, { copied })
        return Promise.resolve()
      }
      Object.defineProperty(Intl.DateTimeFormat.prototype, 'format', {
        get: () => {
          throw new TypeError('the secret that was written')
        },
      })
    })
    await goTo(broken, `/circle/${circle}/overview`)
    await broken
      .getByRole('alert')
      .getByRole('heading', { name: 'This part of the page stopped working' })
      .waitFor()
    await broken.getByRole('link', { name: /^Rowing club/ }).waitFor()
    await assertAccessible(broken, 'a part that broke')
    await broken.getByRole('button', { name: 'Copy details' }).click()
    await broken.getByRole('button', { name: 'Copied' }).waitFor()
    const copied = await broken.evaluate(() => (globalThis as unknown as { copied: string }).copied)
    assert.match(copied, /^error: TypeError\n {2}at \/assets\//u)
    assert.match(copied, /screen: circle/u)
    assert.ok(!copied.includes('secret') && !copied.includes(circle))
    await broken.getByRole('button', { name: 'Load the page again' }).click()
    await broken.getByRole('tab', { name: 'Overview' }).waitFor()
  })
})

interface Manifest {
  readonly start_url: string
  readonly scope: string
  readonly display: string
  readonly icons: readonly { readonly src: string; readonly sizes: string; readonly purpose: string }[]
}

/** Of a picture, as manifests write it. */
function sizeOf(page: Page, src: string): Promise<string> {
  return page.evaluate(async (from) => {
    const picture = new Image()
    picture.src = from
    await picture.decode()
    return `${picture.naturalWidth}x${picture.naturalHeight}`
  }, src)
}
