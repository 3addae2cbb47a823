import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { chromiumPath, launch } from '../../../tests/browser/chromium.ts'
import { TRIODE, type Case, type Figures, type Round } from '../../harness/case.ts'
import { CIRCLE, PASSPHRASE, formCircle, withDaemons, type Daemon } from '../../harness/daemon.ts'
import { percentile } from '../../harness/statistics.ts'
import { textOf } from '../../harness/texts.ts'

const MESSAGES = 100_000
const MESSAGE_BYTES = 300
/** Calls under way at once while filling; what is measured comes after. */
const SENDERS = 16
const PROBE = fileURLToPath(new URL('probe.js', import.meta.url))
const BUILD = fileURLToPath(new URL('../../../scripts/buildWeb.ts', import.meta.url))

/** A person who types fast, while a circle talks: keys and messages that arrive. */
const KEYS = 400
const KEY_EVERY_MS = 60
const STREAM_EVERY_MS = 100
/** Of a wheel, as far as one turn of a finger goes. */
const WHEEL_PIXELS = 1_200
const SCROLLED_MESSAGES = 10_000

async function fill(homes: readonly string[], messages: number): Promise<void> {
  await withDaemons(homes, async (daemons) => {
    const [reader, writer] = pair(daemons)
    await formCircle(reader, [writer])
    const indices = Array.from({ length: messages }, (_, index) => index).values()
    const sendRest = async () => {
      for (const index of indices)
        await reader.client.send({ where: CIRCLE, text: textOf(index, MESSAGE_BYTES) })
    }
    await Promise.all(Array.from({ length: SENDERS }, sendRest))
  })
}

function pair([reader, writer]: readonly Daemon[]): [Daemon, Daemon] {
  if (reader === undefined || writer === undefined) throw new Error('two daemons are needed')
  return [reader, writer]
}

async function measure({ quick, scratch }: Round): Promise<Figures> {
  const { status } = spawnSync(process.execPath, [BUILD], { stdio: 'inherit' })
  if (status !== 0) throw new Error('the page could not be built')
  const messages = quick ? MESSAGES / 10 : MESSAGES
  const homes = [join(scratch, 'reader'), join(scratch, 'writer')]
  if (!existsSync(join(scratch, 'reader'))) await fill(homes, messages)
  const path = chromiumPath()
  if (path === undefined) throw new Error('there is no Chromium')
  const browser = await launch(path)
  try {
    return await withDaemons(homes, async (daemons) => {
      const [reader, writer] = pair(daemons)
      const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
      await page.addInitScript({ path: PROBE })
      const opened = await unlockInPage(page, reader, textOf(messages - 1, MESSAGE_BYTES))
      const scrolled = await scroll(page, quick ? SCROLLED_MESSAGES / 10 : SCROLLED_MESSAGES)
      return { ...opened, ...scrolled, ...(await type(page, writer)) }
    })
  } finally {
    await browser.close()
  }
}

/** @param newest text of the newest message */
async function unlockInPage(page: Page, { client }: Daemon, newest: string): Promise<Figures> {
  const { conversation } = await client.resolve({ where: CIRCLE })
  await client.lock()
  const { url } = await client.launch()
  const { origin, hash } = new URL(url)
  await page.goto(`${origin}/c/${conversation}${hash}`)
  const field = page.getByLabel('Passphrase')
  await field.fill(PASSPHRASE)
  const bytes = await page.evaluate<number>('triodeProbe.scriptBytes()')
  const shown = page.evaluate<number>(`triodeProbe.firstPage(${JSON.stringify(newest.slice(0, 60))})`)
  await field.press('Enter')
  return { 'first page': await shown, 'initial script': bytes / 1_024 }
}

/** Back through the messages, a turn of the wheel each frame or two. */
async function scroll(page: Page, messages: number): Promise<Figures> {
  const feed = page.getByRole('feed')
  await feed.hover()
  await page.evaluate('triodeProbe.startFrames()')
  await page.evaluate('triodeProbe.frames()')
  const seen = new Set<string>()
  for (let turn = 0; seen.size < messages && turn < messages; turn++) {
    await page.mouse.wheel(0, -WHEEL_PIXELS)
    for (const id of await page.evaluate<string[]>(SHOWN)) seen.add(id)
  }
  if (seen.size < messages) throw new Error(`${seen.size} of ${messages} messages came into sight`)
  const frames = await page.evaluate<number[]>('triodeProbe.frames()')
  return { 'frame p50': percentile(frames, 0.5), 'frame p99': percentile(frames, 0.99) }
}

/** Ids of the messages that are in the page now. */
const SHOWN = `[...document.querySelectorAll('[role=feed] [data-message]')].map((one) => one.dataset.message)`

/** Types while messages stream in. */
async function type(page: Page, { client }: Daemon): Promise<Figures> {
  const field = page.getByRole('textbox', { name: /^Message to/ })
  await field.focus()
  const streaming = new AbortController()
  const stream = (async () => {
    for (let index = 0; !streaming.signal.aborted; index++) {
      await client.send({ where: CIRCLE, text: textOf(index, MESSAGE_BYTES) })
      await new Promise((resolve) => setTimeout(resolve, STREAM_EVERY_MS))
    }
  })()
  await page.evaluate('triodeProbe.typing()')
  await field.pressSequentially('typing away '.repeat(KEYS / 12), { delay: KEY_EVERY_MS })
  streaming.abort()
  await stream
  const latencies = await page.evaluate<number[]>('triodeProbe.typing()')
  return { 'typing p50': percentile(latencies, 0.5), 'typing p99': percentile(latencies, 0.99) }
}

export const page: Case = {
  name: 'page',
  question:
    'In a browser, with 100,000 messages stored: how long from unlocking to the first messages, from a key to its letter, and from frame to frame while scrolling?',
  rounds: 3,
  metrics: [
    { name: 'first page', unit: 'ms', better: 'lower', targets: [{ atMost: 1_000 }] },
    { name: 'initial script', unit: 'KiB', better: 'lower', targets: [{ atMost: 250 }] },
    { name: 'typing p50', unit: 'ms', better: 'lower', targets: [{ atMost: 16 }] },
    { name: 'typing p99', unit: 'ms', better: 'lower', targets: [{ atMost: 50 }] },
    { name: 'frame p50', unit: 'ms', better: 'lower', targets: [] },
    { name: 'frame p99', unit: 'ms', better: 'lower', targets: [{ atMost: 50 }] },
  ],
  contenders: [
    {
      name: TRIODE,
      setup:
        'two daemons in one circle and Chromium, headless, on the same machine: the page of one is unlocked, scrolled back through 10,000 messages, and typed into while the other sends ten messages a second.',
      missing: () =>
        Promise.resolve(
          chromiumPath() === undefined ? 'there is no Chromium, and it could not be installed' : undefined,
        ),
      measure,
    },
  ],
  notes: [
    'No rival: the bounds are absolute. From unlocking means from the answer to it, after the passphrase was stretched. A key is followed to the end of the frame that was drawn after it, so at 60 frames a second half a frame of waiting is in each figure. Chromium draws in software here, on the cores that the devices run on.',
  ],
}
