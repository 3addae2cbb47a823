/** Files that Alice sends and Bob gets, each in their own page. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { assertAccessible } from './axe.ts'
import { type DeviceProcess, eventually, inOneCircle, scene, skip } from './scene.ts'

const PASSPHRASE = 'correct horse battery staple'

const field = (page: Page) => page.getByRole('textbox', { name: 'Message to Circle' })
const said = (page: Page, text: string) => page.getByRole('article').filter({ hasText: text })

async function attach(page: Page, ...files: readonly { name: string; mimeType: string; buffer: Buffer }[]) {
  await page.locator('input[type="file"]:not([webkitdirectory])').setInputFiles([...files])
  for (const { name } of files) await page.getByRole('button', { name: `Remove ${name}` }).waitFor()
}

/** So much of it is on no page. */
const PADDING = 4_000_000

/** One empty page; it takes seconds to come. */
const PDF = Buffer.from(`%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
4 0 obj<</Length ${PADDING}>>stream
${' '.repeat(PADDING)}
endstream endobj
trailer<</Root 1 0 R>>`)

const bytesOf = (text: string) => ({ mimeType: 'text/plain', buffer: Buffer.from(text) })

test('files from Alice to Bob', { skip }, async (t) => {
  const { device, open } = await scene(t, { passphrase: PASSPHRASE })
  const [alices, bobs] = await Promise.all([device('Alice'), device('Bob')])
  await inOneCircle(alices, bobs)
  // He throws away what is being played.
  const expected = /ERR_CONTENT_LENGTH_MISMATCH/u
  const [alice, bob] = await Promise.all([open(alices), open(bobs, { expected })])
  for (const page of [alice, bob])
    await page
      .getByRole('link', { name: /Circle/ })
      .last()
      .click()

  await t.test('a voice note is recorded, heard, sent and played', async () => {
    await alice.getByRole('button', { name: 'Record a voice note' }).click()
    await alice.getByText(/Recording, [1-9]/).waitFor()
    await assertAccessible(alice, 'recording')
    await alice.getByRole('button', { name: 'Stop recording' }).click()
    await alice.getByLabel('Your recording').waitFor()
    await alice.getByRole('button', { name: 'Send the recording' }).click()
    const there = said(bob, 'Voice note')
    const player = there.locator('audio')
    await player.waitFor()
    await bob.waitForFunction(
      () => document.querySelector<HTMLAudioElement>('article audio')?.readyState === 4,
    )
    await player.evaluate((audio: HTMLAudioElement) => audio.play())
    await bob.waitForFunction(
      () => (document.querySelector<HTMLAudioElement>('article audio')?.currentTime ?? 0) > 0.2,
    )
    await assertAccessible(bob, 'a voice note')
  })

  await t.test('a large file waits to be asked for, pauses, goes on, and says how fast', async () => {
    await bobs.client.setFileSettings({ autoFetchBytes: 1, rateLimits: { lan: 400_000 } })
    const buffer = randomBytes(3_000_000)
    await attach(alice, { name: 'film.bin', mimeType: 'application/octet-stream', buffer })
    await field(alice).press('Enter')
    const there = said(bob, 'film.bin')
    await there.getByText('not fetched yet').waitFor()
    await there.getByRole('button', { name: 'Get film.bin' }).click()
    await there.getByText(/MB of 3 MB · .*\/s.* left/).waitFor()
    await assertAccessible(bob, 'a file that comes')
    await there.getByRole('button', { name: 'Pause film.bin' }).click()
    await there.getByText('paused').waitFor()
    await there.getByRole('button', { name: 'Go on with film.bin' }).click()
    const here = said(alice, 'film.bin')
    await here.getByRole('button', { name: 'Pause film.bin' }).click()
    await here.getByText('paused: given to nobody').waitFor()
    await there.getByText('waiting for someone who has it').waitFor()
    await here.getByRole('button', { name: 'Go on with film.bin' }).click()
    await bobs.client.setFileSettings({ autoFetchBytes: 25_000_000, rateLimits: {} })
    await there.getByRole('link', { name: 'Save film.bin' }).waitFor()
    await said(alice, 'film.bin').getByText('With 1 of 1').waitFor()
  })

  await t.test('a recording is played, and a document opened, while they still come', async () => {
    await bobs.client.setFileSettings({ autoFetchBytes: 1, rateLimits: { lan: 400_000 } })
    await attach(alice, { name: 'concert.wav', mimeType: 'audio/wav', buffer: recording(4_000_000) })
    await attach(alice, { name: 'score.pdf', mimeType: 'application/pdf', buffer: PDF })
    await field(alice).press('Enter')
    const there = said(bob, 'concert.wav')
    await there.getByRole('button', { name: 'Get concert.wav' }).click()
    const player = there.locator('audio')
    await player.evaluate((audio: HTMLAudioElement) => audio.play())
    await player.evaluate(async (audio: HTMLAudioElement) => {
      while (audio.currentTime < 0.2) await new Promise((moved) => setTimeout(moved, 50))
    })
    await isComing(bobs, 'concert.wav')
    assert.equal(await there.getByRole('link', { name: 'Save concert.wav' }).count(), 0)
    await player.evaluate((audio: HTMLAudioElement) => audio.pause())

    await there.getByRole('button', { name: 'Get score.pdf' }).click()
    const [opened] = await Promise.all([
      bob.waitForEvent('popup'),
      there.getByRole('link', { name: 'Open score.pdf' }).click(),
    ])
    assert.match(opened.url(), /[?&]pass=/, 'what stays in the history opens this file alone')
    assert.equal(await bob.locator('a[href*="ticket="]').count(), 0)
    assert.doesNotMatch(opened.url(), /ticket=/)
    await eventually('the viewer', () => Promise.resolve(opened.frames().length > 1 || undefined))
    await isComing(bobs, 'score.pdf')
    assert.equal(await opened.evaluate(() => document.contentType), 'application/pdf')
    await opened.close()
    await there.getByRole('button', { name: 'Stop concert.wav and throw away what came' }).click()
    await there.getByRole('button', { name: 'Get concert.wav' }).waitFor()
    await player.waitFor({ state: 'detached' })
    await bobs.client.setFileSettings({ autoFetchBytes: 25_000_000, rateLimits: {} })
  })

  await t.test(
    'a video is played while it still comes, and does not come again once it was thrown away',
    async () => {
      await bobs.client.setFileSettings({ autoFetchBytes: 1, rateLimits: { lan: 400_000 } })
      const buffer = Buffer.concat([await film(alice, 'video/mp4;codecs=vp9'), freeBox(4 * PADDING)])
      await attach(alice, { name: 'storm.mp4', mimeType: 'video/mp4', buffer })
      await field(alice).press('Enter')
      const there = said(bob, 'storm.mp4')
      await there.getByRole('button', { name: 'Get storm.mp4' }).click()
      await plays(there.locator('video'))
      await isComing(bobs, 'storm.mp4')
      await there.getByRole('button', { name: 'Stop storm.mp4 and throw away what came' }).click()
      await there.getByRole('button', { name: 'Get storm.mp4' }).waitFor()
      await bob.waitForTimeout(1_500)
      const { state, have } = await fileOf(bobs, 'storm.mp4')
      assert.deepEqual({ state, have }, { state: 'offered', have: 0 })
      await bobs.client.setFileSettings({ autoFetchBytes: 25_000_000, rateLimits: {} })
    },
  )

  await t.test('a video is played, where it stands and in the gallery', async () => {
    const buffer = await film(alice, 'video/webm;codecs=vp8')
    await attach(alice, { name: 'waves.webm', mimeType: 'video/webm', buffer })
    await field(alice).press('Enter')
    const there = said(bob, 'waves.webm')
    await there.locator('video').waitFor()
    await plays(there.locator('video'))
    await assertAccessible(bob, 'a video')
    await bob.getByRole('button', { name: 'Media and files' }).click()
    const pane = bob.getByRole('complementary')
    await pane.getByRole('button', { name: 'View waves.webm' }).click()
    const gallery = bob.getByRole('dialog', { name: 'waves.webm' })
    await plays(gallery.locator('video'))
    await bob.keyboard.press('Escape')
    await gallery.waitFor({ state: 'detached' })
    await pane.getByRole('button', { name: 'Close' }).click()
  })

  await t.test('pictures and files are chosen, sent with words, looked at and saved', async () => {
    const picture = { mimeType: 'image/png', buffer: await alice.screenshot() }
    await attach(alice, { name: 'boat.png', ...picture }, { name: 'plan.txt', ...bytesOf('Row at six.') })
    await attach(alice, { name: 'oars.png', mimeType: 'image/png', buffer: await bob.screenshot() })
    await attach(alice, { name: 'wrong.txt', ...bytesOf('Not this one') })
    await alice.getByRole('button', { name: 'Remove wrong.txt' }).click()
    await assertAccessible(alice, 'files to be sent')
    await field(alice).fill('Here they are')
    await field(alice).press('Enter')
    const there = said(bob, 'Here they are')
    await there.getByRole('button', { name: 'View boat.png' }).waitFor()
    await bob.waitForFunction(() => {
      const pictures = [...document.querySelectorAll<HTMLImageElement>('.file-picture img')]
      return pictures.length === 2 && pictures.every(({ naturalWidth }) => naturalWidth > 0)
    })
    assert.equal(await alice.getByRole('list', { name: 'Files to be sent' }).count(), 0)
    const [download] = await Promise.all([
      bob.waitForEvent('download'),
      there.getByRole('link', { name: 'Save plan.txt' }).click(),
    ])
    assert.equal(readFileSync(await download.path(), 'utf8'), 'Row at six.')
    assert.equal(download.suggestedFilename(), 'plan.txt')
    await assertAccessible(bob, 'a message with files')
    await there.getByRole('button', { name: 'View boat.png' }).click()
    await bob.getByRole('dialog', { name: 'boat.png' }).waitFor()
    await assertAccessible(bob, 'the gallery')
    await bob.keyboard.press('ArrowRight')
    await bob.getByRole('dialog', { name: 'oars.png' }).waitFor()
    await bob.keyboard.press('+')
    await bob.keyboard.press('Escape')
    await bob.getByRole('dialog').waitFor({ state: 'detached' })
    await bob.getByRole('button', { name: 'Media and files' }).click()
    await bob.getByRole('complementary').getByRole('button', { name: 'View oars.png' }).waitFor()
    await assertAccessible(bob, 'the media of a conversation')
    await bob.getByRole('tab', { name: 'Files' }).click()
    await bob.getByRole('complementary').getByText('plan.txt').waitFor()
    await assertAccessible(bob, 'the files of a conversation')
    await bob.getByRole('button', { name: 'Keep plan.txt when room is made' }).click()
    await bob.getByRole('button', { name: 'Let plan.txt go when room is made' }).waitFor()
    await bob.getByRole('button', { name: 'Take plan.txt from this device' }).click()
    await assertAccessible(bob, 'whether a file is taken away')
    await bob.getByRole('button', { name: 'Take it away' }).click()
    await bob.getByRole('complementary').getByRole('button', { name: 'Get plan.txt' }).waitFor()
    await forwards(bob)
  })

  await t.test('one content under two names: each message calls it as it likes', async () => {
    await bob
      .getByRole('link', { name: /Circle/ })
      .last()
      .click()
    for (const name of ['first.txt', 'second.txt']) {
      await attach(alice, { name, ...bytesOf('The same bytes') })
      await field(alice).fill(`Called ${name}`)
      await field(alice).press('Enter')
      await said(bob, `Called ${name}`)
        .getByRole('link', { name: `Save ${name}` })
        .waitFor()
    }
    const [named] = await Promise.all([
      bob.waitForEvent('download'),
      said(bob, 'Called first.txt').getByRole('link', { name: 'Save first.txt' }).click(),
    ])
    assert.equal(named.suggestedFilename(), 'first.txt', 'as that message calls it')
  })

  await t.test('what is being handed over can be stopped, and nothing of it stays', async () => {
    const link = await alice.context().newCDPSession(alice)
    await link.send('Network.enable')
    const upload = (uploadThroughput: number) =>
      link.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput,
      })
    await upload(100_000)
    await attach(alice, {
      name: 'huge.bin',
      mimeType: 'application/octet-stream',
      buffer: randomBytes(3_000_000),
    })
    await field(alice).fill('Never sent')
    await field(alice).press('Enter')
    await alice.getByRole('progressbar', { name: 'Sending huge.bin' }).waitFor()
    await assertAccessible(alice, 'a file that is being handed over')
    await alice.getByRole('button', { name: 'Remove huge.bin' }).click()
    await alice.getByRole('progressbar', { name: 'Sending huge.bin' }).waitFor({ state: 'detached' })
    assert.equal(await alice.getByRole('alert').count(), 0, 'what one stopped is no fault')
    await eventually('nothing is left', async () =>
      (await alices.client.uploads()).uploads.length === 0 ? true : undefined,
    )
    await upload(-1)
    await alice.getByRole('button', { name: 'Remove huge.bin' }).click()
    await field(alice).fill('')
    assert.equal(await said(bob, 'Never sent').count(), 0)
  })

  await t.test('a folder is chosen, sent, looked into, and a file of it saved alone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'triode-folder-'))
    mkdirSync(join(folder, 'deep'))
    writeFileSync(join(folder, 'deep', 'tide.txt'), 'High at noon.')
    writeFileSync(join(folder, 'boats.txt'), 'Three.')
    try {
      await alice.locator('input[webkitdirectory]').setInputFiles(folder)
      await alice.getByRole('list', { name: 'Files to be sent' }).getByText('2 files').waitFor()
      await assertAccessible(alice, 'a folder to be sent')
      await field(alice).press('Enter')
      await alice.getByRole('list', { name: 'Files to be sent' }).waitFor({ state: 'detached' })
    } finally {
      rmSync(folder, { recursive: true })
    }
    await bob.getByRole('button', { name: `Look into ${basename(folder)}` }).click()
    const dialog = bob.getByRole('dialog', { name: basename(folder) })
    await dialog.getByText('deep/tide.txt').waitFor()
    await assertAccessible(bob, 'what a folder holds')
    const [tide] = await Promise.all([
      bob.waitForEvent('download'),
      dialog.getByRole('link', { name: 'Save deep/tide.txt' }).click(),
    ])
    assert.equal(tide.suggestedFilename(), 'tide.txt')
    assert.equal(readFileSync(await tide.path(), 'utf8'), 'High at noon.')
    await bob.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  })

  await t.test('a folder is dropped, with what is in it, and with an empty one', async () => {
    await alice.locator('.conversation').evaluate(dropFolder)
    await alice.getByRole('button', { name: 'Remove Regatta' }).waitFor()
    await field(alice).press('Enter')
    const look = bob.getByRole('button', { name: 'Look into Regatta' })
    await look.click()
    const dialog = bob.getByRole('dialog', { name: 'Regatta' })
    for (const path of ['crew/Anna.txt', 'crew/Zoe.txt', 'list.txt'])
      await dialog.getByRole('link', { name: `Save ${path}` }).waitFor()
    const { entries } = await bobs.client.folder({ id: (await fileOf(bobs, 'Regatta')).id })
    assert.deepEqual(
      entries.map(({ path, kind }) => `${kind} ${path}`),
      ['folder crew', 'file crew/Anna.txt', 'file crew/Zoe.txt', 'folder empty', 'file list.txt'],
    )
    await bob.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  })

  await t.test(
    'what was handed over, and is to be sent otherwise or not at all, does not stay with the device',
    async () => {
      const waiting = (count: number) =>
        eventually(`${count} uploads`, async () =>
          (await alices.client.uploads()).uploads.length === count ? true : undefined,
        )
      await alice.route('**/api/files', (route) => route.fulfill({ status: 409, json: {} }))
      await attach(alice, { name: 'harbour.png', mimeType: 'image/png', buffer: await alice.screenshot() })
      await field(alice).press('Enter')
      await waiting(1)
      await alice.getByRole('alert').waitFor()
      await alice.getByText(/^Leave in pictures and recordings where/).click()
      await waiting(0)
      await field(alice).press('Enter')
      await waiting(1)
      await alice.getByRole('alert').waitFor()
      await alice.getByRole('link', { name: /Notes to self/ }).click()
      await waiting(0)
      await alice.unroute('**/api/files')
      await alice
        .getByRole('link', { name: /^Circle/ })
        .last()
        .click()
      await alice.getByRole('button', { name: 'Remove harbour.png' }).click()
    },
  )

  await t.test(
    'a picture is pasted, and a file is dropped; both wait while one is elsewhere, but for a lock',
    async () => {
      await field(alice).evaluate((element) => {
        const data = new DataTransfer()
        data.items.add(new File(['pasted'], 'pasted.txt', { type: 'text/plain' }))
        element.dispatchEvent(
          new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
        )
      })
      await alice.getByRole('button', { name: 'Remove pasted.txt' }).waitFor()
      await alice.locator('.conversation').evaluate((element) => {
        const dataTransfer = new DataTransfer()
        dataTransfer.items.add(new File(['dropped'], 'dropped.txt', { type: 'text/plain' }))
        for (const type of ['dragover', 'drop'])
          element.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))
      })
      await alice.getByRole('button', { name: 'Remove dropped.txt' }).waitFor()
      const list = alice.getByRole('navigation', { name: 'Conversations' })
      await list.getByRole('link', { name: /Notes to self/ }).click()
      await alice.getByRole('button', { name: 'Remove dropped.txt' }).waitFor({ state: 'detached' })
      await list.getByRole('link', { name: /^Circle/ }).click()
      await alice.getByRole('button', { name: 'Remove dropped.txt' }).waitFor()
      await alices.client.lock()
      await alice.getByRole('textbox', { name: 'Passphrase' }).fill(PASSPHRASE)
      await alice.getByRole('button', { name: 'Unlock' }).click()
      await alice.getByText('The 2 files that you had chosen here were not kept').waitFor()
      await assertAccessible(alice, 'chosen files that a lock took')
    },
  )
})

/** As a person drops it: a test can't make entries of folders, so those of the file system are played. */
function dropFolder(element: Element): void {
  const file = (name: string) => ({
    isDirectory: false,
    name,
    file: (taken: (file: File) => void) => taken(new File([name], name)),
  })
  const folder = (name: string, inside: readonly unknown[]) => ({
    isDirectory: true,
    name,
    // Some at a time, as browsers do.
    createReader: () => {
      let at = 0
      return { readEntries: (read: (some: readonly unknown[]) => void) => read(inside.slice(at, (at += 1))) }
    },
  })
  const dropped = folder('Regatta', [
    file('list.txt'),
    folder('empty', []),
    folder('crew', [file('Zoe.txt'), file('Anna.txt')]),
  ])
  const dataTransfer = new DataTransfer()
  dataTransfer.items.add(new File([], 'Regatta'))
  const prototype = DataTransferItem.prototype
  const real = Object.getOwnPropertyDescriptor(prototype, 'webkitGetAsEntry')
  prototype.webkitGetAsEntry = () => dropped as unknown as FileSystemEntry
  try {
    for (const type of ['dragover', 'drop'])
      element.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))
  } finally {
    if (real !== undefined) Object.defineProperty(prototype, 'webkitGetAsEntry', real)
  }
}

async function fileOf(device: DeviceProcess, name: string) {
  const { files } = await device.client.files({})
  const found = files.find((file) => file.name === name)
  assert.ok(found !== undefined, name)
  return found
}

async function isComing(device: DeviceProcess, name: string): Promise<void> {
  const { have, size } = await fileOf(device, name)
  assert.ok(have < size, `${have} of ${size} bytes of ${name} are here`)
}

/** A second of a canvas, as this browser records it. */
async function film(page: Page, mimeType: string): Promise<Buffer> {
  const base64 = await page.evaluate(async (mimeType) => {
    const canvas = document.createElement('canvas')
    const paint = canvas.getContext('2d')
    const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType })
    const pieces: Blob[] = []
    recorder.ondataavailable = ({ data }) => pieces.push(data)
    recorder.start()
    for (let frame = 0; frame < 20; frame++) {
      if (paint !== null) {
        paint.fillStyle = `hsl(${frame * 18} 80% 50%)`
        paint.fillRect(0, 0, canvas.width, canvas.height)
      }
      await new Promise((next) => setTimeout(next, 50))
    }
    const stopped = new Promise((resolve) => (recorder.onstop = resolve))
    recorder.stop()
    await stopped
    const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer())
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
  }, mimeType)
  return Buffer.from(base64, 'base64')
}

/** What players of MP4 pass over. @param length of it, in bytes */
function freeBox(length: number): Buffer {
  const box = Buffer.alloc(length)
  box.writeUInt32BE(length, 0)
  box.write('free', 4)
  return box
}

/** Pictures were drawn of it, and time has passed in it. */
async function plays(player: Locator): Promise<void> {
  await player.evaluate(async (video: HTMLVideoElement) => {
    video.muted = true
    await video.play()
    const until = performance.now() + 20_000
    while (video.currentTime < 0.2 || video.getVideoPlaybackQuality().totalVideoFrames < 2) {
      if (performance.now() > until) throw new Error(`${video.currentTime} s were played`)
      await new Promise((moved) => setTimeout(moved, 50))
    }
    video.pause()
  })
}

/** Noise of one channel, 16 bits, 44,100 times a second. @param size of the noise, in bytes */
function recording(size: number): Buffer {
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + size, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(44_100, 24)
  head.writeUInt32LE(88_200, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(size, 40)
  return Buffer.concat([head, randomBytes(size)])
}

/** What is not here is fetched first, then all of it is sent on. */
async function forwards(bob: Page): Promise<void> {
  await said(bob, 'Here they are').click({ button: 'right', position: { x: 5, y: 5 } })
  await bob.getByRole('menuitem', { name: 'Forward' }).click()
  await bob.getByRole('option', { name: /Notes to self/ }).click()
  await bob.getByText('A file is not wholly on this device').waitFor()
  const send = bob.getByRole('button', { name: 'Forward to 1 conversation' })
  assert.ok(await send.isDisabled(), 'nothing is left behind by a slip')
  await assertAccessible(bob, 'files that are not here to be forwarded')
  await bob.getByRole('button', { name: 'Fetch them first' }).click()
  await bob.getByText('A file is not wholly on this device').waitFor({ state: 'detached' })
  await send.click()
  await bob.getByRole('link', { name: /Notes to self/ }).click()
  await said(bob, 'Here they are').getByRole('link', { name: 'Save plan.txt' }).waitFor()
  await said(bob, 'Here they are').getByRole('button', { name: 'View boat.png' }).waitFor()
}
