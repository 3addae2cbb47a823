/** file get while things happen: as real processes, beside a device of the double. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { createClient } from '@triode/api'
import type { Context } from '../src/command.ts'
import { fileGet } from '../src/commands/fileGet.ts'
import type { Double } from '../../api/test/double.ts'
import { documents, family, start, until } from './family.ts'

/** Time for what a device tells to come before what is answered later. */
const EVENTS_MS = 300

function fails({ err, exit }: { err: string; exit: number | null }, code: string, expected: number): void {
  assert.equal(exit, expected, err)
  const { error } = JSON.parse(err) as { error: { code: string; remedy?: string } }
  assert.equal(error.code, code)
  assert.ok(error.remedy !== undefined)
}

/** Does something once a file was asked for, of which is told before that is answered. */
function beforeAnswer(device: Double, does: () => unknown): void {
  const getFile = device.getFile.bind(device)
  device.getFile = async (input) => {
    const asked = await getFile(input)
    await does()
    await delay(EVENTS_MS)
    return asked
  }
}

suite('file get', () => {
  test('waits while it comes, tells how far it is, and ends when it is saved', async (t) => {
    const { home, folder, device } = await family(t)
    const { id } = device.play.offer('Bob', 'film.mp4', Buffer.from('moving pictures'))
    const to = join(folder, 'film.mp4')
    const { outcome } = start(t, home, ['file', 'get', 'film.mp4', '-o', to, '--json'])
    await until(async () => (await device.file(id)).state === 'fetching', 'it to be asked for')
    await device.play.come(id, 6)
    await device.play.come(id)
    const { out, err, exit } = await outcome
    assert.deepEqual([exit, err], [0, ''])
    const told = documents(out)
    assert.deepEqual(
      told.filter(({ event }) => event === 'progress').map(({ have }) => have),
      [0, 6, 15, 15],
    )
    assert.partialDeepStrictEqual(told.at(-1), { event: 'saved', id, savedTo: to, state: 'complete' })
    assert.equal(await readFile(to, 'utf8'), 'moving pictures')
  })

  test('to stdout, its bytes are written as they come, and nothing besides', async (t) => {
    const { home, folder, device } = await family(t)
    const { id } = device.play.offer('Bob', 'film.mp4', Buffer.from('moving pictures'))
    const { outcome, told } = start(t, home, ['file', 'get', 'film.mp4', '-o', '-'])
    await until(async () => (await device.file(id)).state === 'fetching', 'it to be asked for')
    await device.play.come(id, 6)
    await until(() => told() === 'moving', 'the first bytes')
    await device.play.come(id)
    assert.deepEqual(await outcome, { out: 'moving pictures', err: '', exit: 0 })
    const json = await start(t, home, ['file', 'get', 'film.mp4', '-o', '-', '--json']).outcome
    assert.deepEqual([json.exit, json.out], [2, ''])
    await mkdir(join(folder, 'plans'))
    await device.sendFiles({ where: 'Bob', paths: [join(folder, 'plans')] })
    const whole = await start(t, home, ['file', 'get', 'plans', '-o', '-']).outcome
    assert.deepEqual([whole.exit, whole.out], [2, ''])
    assert.match(whole.err, /A folder can\u2019t be written to stdout/)
  })

  test('to stdout, it ends when nobody reads on, and at Ctrl-C', async (t) => {
    const { home, device } = await family(t)
    const { id } = device.play.offer('Bob', 'film.mp4', Buffer.alloc(4_000_000, 'x'))
    const closed = start(t, home, ['file', 'get', id, '-o', '-'])
    closed.outcome.catch(() => undefined)
    await until(async () => (await device.file(id)).state === 'fetching', 'it to be asked for')
    closed.child.stdout.destroy()
    await device.play.come(id, 3_000_000)
    await until(() => closed.child.exitCode !== null, 'it to end')
    assert.equal(closed.child.exitCode, 0)
    const waiting = start(t, home, ['file', 'get', id, '-o', '-'])
    await until(() => waiting.told().length === 3_000_000, 'what is there')
    waiting.child.kill('SIGINT')
    assert.equal((await waiting.outcome).exit, 130)
  })

  test('interrupted, it leaves the file coming, and says so', async (t) => {
    const { home, device } = await family(t)
    const { id } = device.play.offer('Bob', 'film.mp4', Buffer.from('moving pictures'))
    const { child, outcome } = start(t, home, ['file', 'get', id])
    await until(async () => (await device.file(id)).state === 'fetching', 'it to be asked for')
    await until(() => device.listeners.size === 1, 'it to listen')
    await delay(200)
    child.kill('SIGINT')
    const { err, exit } = await outcome
    assert.equal(exit, 130)
    assert.match(
      err,
      /^It goes on in the device: see `\S*triode file status`, or stop it with `\S*triode file cancel`\.\n$/,
    )
    assert.equal((await device.file(id)).state, 'fetching')
  })

  const ends: [what: string, does: (device: Double, id: string) => unknown, code: string, exit: number][] = [
    ['canceled by another', (device, id) => device.cancelFile(id), 'canceled', 3],
    ['dropped by another', (device, id) => device.dropFile(id), 'canceled', 3],
    [
      'gone with its message',
      (device, id) => {
        device.play.lose(id)
      },
      'file-gone',
      2,
    ],
  ]
  for (const [what, does, code, expected] of ends) {
    test(`what is ${what} is waited for no longer`, async (t) => {
      const { home, device } = await family(t)
      const { id } = device.play.offer('Bob', 'film.mp4', Buffer.from('moving pictures'))
      const { outcome } = start(t, home, ['file', 'get', id, '--json'])
      await until(async () => (await device.file(id)).state === 'fetching', 'it to be asked for')
      await does(device, id)
      fails(await outcome, code, expected)
    })

    test(`nor is what is ${what} before the request is answered`, async (t) => {
      const { home, folder, device } = await family(t)
      const { id } = device.play.offer('Bob', 'film.mp4', Buffer.from('moving pictures'))
      beforeAnswer(device, () => does(device, id))
      const { outcome } = start(t, home, ['file', 'get', id, '-o', join(folder, 'film.mp4'), '--json'])
      fails(await outcome, code, expected)
    })
  }

  test('what is here and is not to be saved any more, before the request is answered, is waited for no longer', async (t) => {
    const { home, folder, device } = await family(t)
    const { id } = device.play.offer('Bob', 'film.mp4', Buffer.from('moving pictures'))
    await device.getFile({ id })
    await device.play.come(id)
    device.play.holdSaving()
    beforeAnswer(device, () => device.cancelFile(id))
    const { outcome } = start(t, home, ['file', 'get', id, '-o', join(folder, 'film.mp4'), '--json'])
    fails(await outcome, 'canceled', 3)
  })

  test('what was told of before the request does not end it', async (t) => {
    const { home, folder, device } = await family(t)
    const offered = device.play.offer('Bob', 'film.mp4', Buffer.from('moving pictures'))
    const { id } = offered
    const to = join(folder, 'film.mp4')
    const { child, outcome } = start(t, home, ['file', 'get', id, '-o', to, '--json'])
    await once(child.stdout, 'data')
    // Events have a way of their own, and may be late.
    for (const file of [offered, { ...offered, state: 'complete', savedTo: to } as const]) {
      device.emit({ type: 'file', file })
      await delay(EVENTS_MS)
    }
    await device.play.come(id)
    const { err, exit } = await outcome
    assert.deepEqual([exit, err], [0, ''])
    assert.equal(await readFile(to, 'utf8'), 'moving pictures')
  })

  test('what is called off just before a lock is waited for no longer once the device is unlocked', async (t) => {
    const { home, device } = await family(t)
    const { id } = device.play.offer('Bob', 'film.mp4', Buffer.from('moving pictures'))
    const { child, outcome } = start(t, home, ['file', 'get', id, '--json'])
    await once(child.stdout, 'data')
    await device.lock()
    // Nobody is told of it.
    const listeners = [...device.listeners]
    device.listeners.clear()
    await device.unlock('correct horse')
    await device.cancelFile(id)
    for (const listener of listeners) device.listeners.add(listener)
    device.emit({ type: 'unlock' })
    const { out, err, exit } = await outcome
    fails({ err, exit }, 'canceled', 3)
    assert.ok(documents(out).some(({ event }) => event === 'locked'))
  })

  test('what is called off is found to be so after a lock that came at once', async (t) => {
    const { home, device } = await family(t)
    const { id } = device.play.offer('Bob', 'film.mp4', Buffer.from('moving pictures'))
    const { child, outcome } = start(t, home, ['file', 'get', id, '--json'])
    await once(child.stdout, 'data')
    await device.cancelFile(id)
    await device.lock()
    await delay(EVENTS_MS)
    assert.equal(child.exitCode, null, 'a locked device tells nothing of files')
    await device.unlock('correct horse')
    const { err, exit } = await outcome
    fails({ err, exit }, 'canceled', 3)
  })

  test('of a device of its own that locks itself at once, it says that nothing goes on', async (t) => {
    const { device, api } = await family(t)
    const { id } = device.play.offer('Bob', 'film.mp4', Buffer.from('moving pictures'))
    const context = {
      ...{
        client: createClient(api),
        running: false,
        args: [id],
        terminal: { stderr: { write: () => true } },
      },
      options: { value: () => undefined, flag: (name: string) => name === 'wait' },
      ...{ show: () => undefined, note: () => undefined, now: () => 0 },
      interrupted: () => new AbortController().signal,
    } as unknown as Context
    beforeAnswer(device, async () => {
      await device.cancelFile(id)
      await device.lock()
    })
    await assert.rejects(async () => fileGet.run(context), { code: 'locked', status: 423 })
  })

  test('without a terminal, it says once why nothing comes', async (t) => {
    const { home, device } = await family(t)
    const { id } = device.play.offer('Bob', 'film.mp4', Buffer.from('moving pictures'))
    const { outcome } = start(t, home, ['file', 'get', id])
    await until(async () => (await device.file(id)).state === 'fetching', 'it to be asked for')
    device.play.stall(id, 'disk-full')
    device.play.stall(id, 'disk-full')
    await device.play.come(id)
    const { out, err, exit } = await outcome
    assert.equal(exit, 0)
    assert.equal(err, 'film.mp4: waiting: the disk is full, 0 %.\n')
    assert.match(
      out,
      /^film.mp4 is here, sealed in the vault. Save it with: \S*triode file get \w+ -o PATH\n$/,
    )
  })

  test('says once why the disk takes nothing, and what to do', async (t) => {
    const { home, device } = await family(t)
    const { id } = device.play.offer('Bob', 'film.mp4', Buffer.from('moving pictures'))
    const { outcome } = start(t, home, ['file', 'get', id])
    await until(async () => (await device.file(id)).state === 'fetching', 'it to be asked for')
    device.play.stall(id, 'disk-refused')
    device.play.stall(id, 'disk-refused')
    await device.play.come(id)
    const { err, exit } = await outcome
    assert.equal(exit, 0)
    assert.equal(err, 'film.mp4: The disk with /mnt/disk/files is read-only (EROFS). Make it writable.\n')
  })

  test('does not take what was saved before for what it was to save', async (t) => {
    const { home, folder, device } = await family(t)
    const { id } = device.play.offer('Bob', 'film.mp4', Buffer.from('moving pictures'))
    await device.getFile({ id, to: join(folder, 'before.mp4') })
    await device.play.come(id)
    await device.dropFile(id)
    device.play.holdSaving()
    const { outcome } = start(t, home, ['file', 'get', id, '-o', join(folder, 'now.mp4'), '--json'])
    await until(async () => (await device.file(id)).state === 'fetching', 'it to be asked for')
    await device.play.come(id)
    // Somebody calls it off while all of it is here and there is no room for it.
    const { savedTo } = (await device.cancelFile(id)) ?? {}
    assert.equal(savedTo, join(folder, 'before.mp4'))
    const told = await outcome
    assert.ok(!told.out.includes('"saved"'))
    fails(told, 'canceled', 3)
  })

  test('says so when the device is locked meanwhile, and goes on once it is unlocked', async (t) => {
    const { home, device } = await family(t)
    const { id } = device.play.offer('Bob', 'film.mp4', Buffer.from('moving pictures'))
    for (const more of [[], ['--json']]) {
      await device.dropFile(id)
      const { child, outcome } = start(t, home, ['file', 'get', id, ...more])
      await until(async () => (await device.file(id)).state === 'fetching', 'it to be asked for')
      const told = once(more.length === 0 ? child.stderr : child.stdout, 'data')
      await device.lock()
      await device.unlock('correct horse')
      await told
      await device.play.come(id)
      const { out, err, exit } = await outcome
      assert.equal(exit, 0)
      if (more.length === 0) assert.match(err, /^The device was locked. This goes on once it is unlocked.$/m)
      else assert.ok(documents(out).some(({ event }) => event === 'locked'))
    }
  })

  test('says so when the device stops', async (t) => {
    const { home, device, api } = await family(t)
    const { id } = device.play.offer('Bob', 'film.mp4', Buffer.from('moving pictures'))
    const { outcome } = start(t, home, ['file', 'get', id, '--json'])
    await until(async () => (await device.file(id)).state === 'fetching', 'it to be asked for')
    await api.close()
    const { err, exit } = await outcome
    assert.equal(exit, 4)
    assert.equal((JSON.parse(err) as { error: { code: string } }).error.code, 'not-running')
  })
})
