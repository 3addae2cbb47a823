/** People with a device and a page each: real processes on loopback, real pages in a real browser. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext } from 'node:test'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { DeviceProcess, eventually, ROOT } from '../../scripts/demo/deviceProcess.ts'
import { freePort } from '../e2e/freePort.ts'
import { chromiumPath, launch } from './chromium.ts'
import { watch } from './watch.ts'

export { DeviceProcess, eventually }

/** Only the lan channel, on loopback: nothing leaves the machine. */
const LAN = ['--channels', 'lan', '--lan-interface', '127.0.0.1']
/** An action of a page waits no longer for what it acts on. */
const ACTION_TIMEOUT_MS = 30_000

const CHROMIUM = chromiumPath()

/** For `test(name, { skip }, ...)`: why the page can't be tested here, or false. */
export const skip: string | false = CHROMIUM === undefined ? 'there is no Chromium here' : false

export interface PageOptions extends Pick<
  BrowserContextOptions,
  | 'viewport'
  | 'locale'
  | 'timezoneId'
  | 'colorScheme'
  | 'reducedMotion'
  | 'hasTouch'
  | 'isMobile'
  | 'contrast'
> {
  /** Complaints of the browser that this story provokes on purpose. */
  readonly expected?: RegExp
}

export interface Scene {
  readonly browser: Browser
  /** A device that runs and has no vault yet. */
  readonly newDevice: (name: string) => Promise<DeviceProcess>
  /** A device that runs unlocked, named `name`. @param prepare makes the vault of its home beforehand */
  readonly device: (name: string, prepare?: Prepare) => Promise<DeviceProcess>
  /** A window of a browser of its own, let in by a launch code of that device. */
  readonly open: (device: DeviceProcess, options?: PageOptions) => Promise<Page>
}

export type Prepare = (home: string, passphrase: string) => Promise<void>

/** One for all tests of a file: starting it costs as much as many of them. */
let browser: Promise<Browser> | undefined
after(async () => (await browser)?.close())

function browserOfFile(executablePath: string): Promise<Browser> {
  if (browser === undefined) build()
  return (browser ??= launch(executablePath))
}

/**
 * Ends with the test, however that ends; and fails it when a page complained: an error, a refusal of the policy, something
 * asked from elsewhere.
 * @param passphrase of each device; default: random
 * @param channels arguments of `start` that choose them, on loopback alone
 */
export async function scene(
  t: TestContext,
  { passphrase, channels = LAN }: { passphrase?: string; channels?: readonly string[] } = {},
): Promise<Scene> {
  assert.ok(CHROMIUM !== undefined, 'skip the test where there is no Chromium')
  const browser = await browserOfFile(CHROMIUM)
  const folder = mkdtempSync(join(tmpdir(), 'triode-page-'))
  const contexts: BrowserContext[] = []
  const devices: DeviceProcess[] = []
  const complaints: string[] = []
  const made = async (name: string, prepare?: Prepare) => {
    const secret = passphrase ?? randomBytes(12).toString('hex')
    await prepare?.(join(folder, name), secret)
    // A page finds its device again where it was.
    const args = [...channels, '--port', String(await freePort())]
    const one = new DeviceProcess({ name, home: join(folder, name), passphrase: secret, args })
    devices.push(one)
    return one
  }
  t.after(async () => {
    await Promise.all(contexts.map((context) => context.close()))
    await Promise.all(devices.map((device) => device.stop()))
    rmSync(folder, { recursive: true, force: true })
    assert.deepEqual(complaints, [])
  })
  return {
    browser,
    newDevice: async (name) => {
      const device = await made(name)
      await device.startNew()
      return device
    },
    device: async (name, prepare) => (await made(name, prepare)).start(),
    open: async (device, { expected, ...options } = {}) => {
      const { url } = await device.client.launch()
      const context = await browser.newContext(options)
      contexts.push(context)
      const page = await context.newPage()
      page.setDefaultTimeout(ACTION_TIMEOUT_MS)
      await watch(page, (complaint) => {
        if (expected?.test(complaint) !== true) complaints.push(`${device.name}: ${complaint}`)
      })
      await page.goto(url)
      return page
    },
  }
}

/** Two devices in one circle, by their API. @returns its id */
export async function inOneCircle(
  first: DeviceProcess,
  ...others: readonly DeviceProcess[]
): Promise<string> {
  const { circle } = await first.client.createCircle({ name: 'Circle' })
  for (const other of others) {
    const { link } = await first.client.invite({ circle })
    await other.client.join({ link })
  }
  return circle
}

/** The bundle, as `npm start` builds it. */
function build(): void {
  const { status } = spawnSync(process.execPath, [join(ROOT, 'scripts', 'buildWeb.ts')], { stdio: 'inherit' })
  assert.equal(status, 0, 'the page is built')
}
