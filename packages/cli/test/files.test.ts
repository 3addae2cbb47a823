/** File commands that take their time: bars, waiting, interrupting, as real processes and on a terminal of the test. */
import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { createClient, type File } from '@triode/api'
import type { Context } from '../src/command.ts'
import { fileCheck } from '../src/commands/fileKeep.ts'
import { barLine, barOf, progressOf } from '../src/print/progress.ts'
import { sizeBytes, sizeOrNone, sizeText } from '../src/print/size.ts'
import { stateText } from '../src/print/file.ts'
import { documents, family, start, until } from './family.ts'
import { Scene } from './script.ts'

test('sending images says what was taken out of which, which may go on telling, and what to do', async (t) => {
  const { folder, home } = await family(t)
  const made = async (...names: string[]) => {
    const paths = names.map((name) => join(folder, name))
    for (const path of paths) await writeFile(path, path)
    return paths
  }
  const photos = await made('1.jpg', '2.jpg', '3.jpg', '4.jpg', '5.jpg')
  const heic = await made('a.heic')
  const { outcome } = start(t, home, ['file', 'send', 'Bob', ...photos, ...heic, '--json'])
  const sent = documents((await outcome).out).at(-1)
  assert.deepEqual(sent?.['mayTell'], heic)
  const told = await start(t, home, ['file', 'send', 'Bob', ...photos, ...heic]).outcome
  const [stripped, warning, ...more] = told.err.trimEnd().split('\n')
  assert.equal(
    stripped,
    `Taken out of ${photos.slice(0, 3).join(', ')} and 2 more: where, when and with what it was made. To leave it in, send with --keep-metadata.`,
  )
  assert.match(
    warning ?? '',
    /^Warning: where, when .* may still stand in \S+a\.heic, .* delete [a-z2-7]+`, /,
  )
  assert.deepEqual(more, [])
  const kept = await start(t, home, ['file', 'send', 'Bob', ...photos, ...heic, '--keep-metadata']).outcome
  assert.equal(kept.err, '')
})

test('what comes over stdin is sent as a file, beside others, under the name that was said', async (t) => {
  const { folder, home, device } = await family(t)
  const path = join(folder, 'other.txt')
  await writeFile(path, 'other')
  const piped = start(t, home, ['file', 'send', 'Bob', path, '-', '--name', 'dump.sql', '--json'])
  for (const part of ['select ', '1;']) {
    piped.child.stdin.write(part)
    await delay(50)
  }
  piped.child.stdin.end()
  const { out, exit } = await piped.outcome
  assert.equal(exit, 0)
  const sent = documents(out).at(-1) as unknown as { files: File[] }
  assert.deepEqual(
    sent.files.map(({ name, size }) => [name, size]),
    [
      ['other.txt', 5],
      ['dump.sql', 9],
    ],
  )
  const twice = await start(t, home, ['file', 'send', 'Bob', '-', '-']).outcome
  assert.equal(twice.exit, 2)
  const absent = start(t, home, ['file', 'send', 'Bob', join(folder, 'none'), '-'])
  absent.child.stdin.end('words')
  assert.equal((await absent.outcome).exit, 2)
  assert.deepEqual(await device.uploads(), [], 'nothing of it waits for another message')
})

test('how much was read of stdin is told, as nobody knows how much there is', async (t) => {
  const scene = await Scene.open(t)
  for (const directive of ['running', 'vault', 'family']) await scene.direct(t, directive)
  const args = ['file', 'send', 'Bob', '-', '--name', 'dump.sql']
  const shown = await scene.run(args, { stdin: ['select 1;'], isTTY: true })
  assert.equal(shown.exit, 0)
  assert.match(shown.err, /^\rdump\.sql {2}10 B read, \S+ k?B\/s/)
  assert.ok(shown.err.endsWith('\r\u001b[K'), JSON.stringify(shown.err))
  const { out } = await scene.run([...args, '--json'], { stdin: ['select 1;'] })
  const [read, sent] = documents(out)
  assert.partialDeepStrictEqual(read, { event: 'read', name: 'dump.sql', have: 10 })
  assert.equal(sent?.['event'], 'sent')
})

test('what comes over stdin and is interrupted is not sent, whoever goes on writing it', async (t) => {
  const { home, device } = await family(t)
  const { child, outcome } = start(t, home, ['file', 'send', 'Bob', '-'])
  child.stdin.on('error', () => undefined)
  child.stdin.write('the beginning')
  await until(() => device.play.taken() > 0, 'it to be taken')
  child.kill('SIGINT')
  const { err, exit } = await outcome
  assert.equal(exit, 130)
  assert.match(err, /Canceled: nothing was sent\./)
  assert.deepEqual(await device.uploads(), [])
})

test('a folder is named as lists show it, and a name in whichever form of Unicode it is typed', async (t) => {
  const scene = await Scene.open(t)
  for (const directive of ['running', 'vault', 'family']) await scene.direct(t, directive)
  await mkdir(join(scene.folder, 'Café'))
  await writeFile(join(scene.folder, 'Café', 'menu.txt'), 'tea')
  const sent = await scene.run(['file', 'send', 'Bob', join(scene.folder, 'Café'), '--json'])
  assert.equal(sent.exit, 0, sent.err)
  const { out: listed } = await scene.run(['file', 'list'])
  assert.match(listed, /^Café\/ /m)
  for (const typed of ['Café', 'Café/', 'Café'.normalize('NFD'), `${'Café'.normalize('NFD')}/`]) {
    const { out, err } = await scene.run(['file', 'status', typed])
    assert.match(out, /^folder +Café$/m, err)
  }
})

suite('file send', () => {
  test('interrupted while it prepares, it sends nothing, and says so', async (t) => {
    const { home, folder, device } = await family(t)
    await writeFile(join(folder, 'secret.txt'), 'never mind')
    device.play.holdPreparing()
    const { child, outcome } = start(t, home, ['file', 'send', 'Bob', join(folder, 'secret.txt')])
    await until(async () => (await device.files({ active: true })).length === 1, 'it to be prepared')
    child.kill('SIGINT')
    const { out, err, exit } = await outcome
    assert.deepEqual([exit, out, err], [130, '', 'Canceled: nothing was sent.\n'])
    assert.deepEqual((await device.messages({ where: 'Bob', limit: 10 })).messages, [])
  })

  test('interrupted, it calls off nothing that another command sends there, and shows nothing of it', async (t) => {
    const { home, folder, device } = await family(t)
    const letGo = device.play.holdPreparing()
    const names = ['first.txt', 'second.txt', 'third.txt']
    const [first, second, third] = names.map((name) => ({ name, path: join(folder, name) }))
    assert.ok(first && second && third)
    const send = async ({ name, path }: typeof first, ...more: string[]) => {
      await writeFile(path, name)
      const started = start(t, home, ['file', 'send', 'Bob', path, ...more])
      await until(async () => {
        const files = await device.files({ active: true })
        return files.some((file) => file.name === name)
      }, name)
      return started
    }
    const before = await send(first)
    const ours = await send(second, '--json')
    await until(() => ours.told().includes('second.txt'), 'progress to be told')
    const after = await send(third)
    ours.child.kill('SIGINT')
    const { out, exit } = await ours.outcome
    assert.equal(exit, 130)
    assert.deepEqual(
      documents(out).map(({ name }) => name),
      ['second.txt'],
    )
    letGo()
    assert.deepEqual([(await before.outcome).exit, (await after.outcome).exit], [0, 0])
    const { messages } = await device.messages({ where: 'Bob', limit: 10 })
    assert.deepEqual(messages.flatMap(({ files }) => files.map(({ name }) => name)).toSorted(), [
      'first.txt',
      'third.txt',
    ])
  })

  test('what is still prepared is called so by a command that can do nothing with it yet', async (t) => {
    const { home, folder, device } = await family(t)
    await writeFile(join(folder, 'film.mp4'), 'moving pictures')
    const letGo = device.play.holdPreparing()
    const { outcome } = start(t, home, ['file', 'send', 'Bob', join(folder, 'film.mp4')])
    await until(async () => (await device.files({ active: true })).length === 1, 'it to be prepared')
    const { err, exit } = await start(t, home, ['file', 'pause', 'film.mp4', '--json']).outcome
    assert.equal(exit, 3)
    assert.equal((JSON.parse(err) as { error: { code: string } }).error.code, 'still-preparing')
    letGo()
    assert.equal((await outcome).exit, 0)
  })

  test('--wait goes on until everyone has it', async (t) => {
    const { home, folder, device } = await family(t)
    await writeFile(join(folder, 'a.txt'), 'one')
    const args = ['file', 'send', 'Bob', join(folder, 'a.txt'), '--wait', '--json']
    const letGo = device.play.holdPreparing()
    const { outcome, told } = start(t, home, args)
    // Of what is sent at once, progress may be heard after the answer.
    await until(() => told().includes('"event":"progress"'), 'progress to be told')
    letGo()
    await until(async () => (await device.files({}))[0]?.message !== undefined, 'it to be sent')
    const [file] = await device.files({})
    device.play.deliver(file?.id ?? '')
    const { out, exit } = await outcome
    assert.equal(exit, 0)
    const printed = documents(out)
    const events = printed.map(({ event }) => event).filter((event) => event !== 'delivery')
    assert.deepEqual(events, ['progress', 'sent', 'delivered'])
    assert.deepEqual(printed.at(-1)?.['files'], [
      { id: file?.id, name: 'a.txt', delivered: { count: 1, of: 1 } },
    ])
  })

  test('--wait ends when its message goes before everyone has it, and does not say that they have', async (t) => {
    const { home, folder, device } = await family(t)
    await writeFile(join(folder, 'a.txt'), 'one')
    const args = ['file', 'send', 'Bob', join(folder, 'a.txt'), '--wait', '--json']
    const { outcome, told } = start(t, home, args)
    // From then on it waits.
    await until(() => told().includes('"event":"sent"'), 'it to be sent')
    const [file] = await device.files({})
    device.emit({ type: 'file-gone', id: file?.id ?? '', conversation: 'abc' } as never)
    const { out, err, exit } = await outcome
    assert.equal(exit, 2)
    assert.ok(!out.includes('"delivered","files"'))
    assert.equal((JSON.parse(err) as { error: { code: string } }).error.code, 'file-gone')
  })

  test('on a terminal there is a bar, and nothing of it stays', async (t) => {
    const scene = await Scene.open(t)
    for (const directive of ['running', 'vault', 'family', 'file cake.txt flour'])
      await scene.direct(t, directive)
    const { out, err, exit } = await scene.run(['file', 'send', 'Bob', join(scene.folder, 'cake.txt')], {
      isTTY: true,
    })
    assert.equal(exit, 0)
    assert.match(out, /^sent {2}cake.txt, 6 B/)
    assert.ok(err.startsWith('\r'), JSON.stringify(err))
    assert.match(err, /cake\.txt {2}\[#{12}\.{12}\] {2}being prepared, 50 %, 1 MB\/s, 2 s left/)
    assert.ok(err.endsWith('\r\u001b[K'), JSON.stringify(err))
  })
})

test('a terminal that says that it has no columns gets a bar all the same', () => {
  let shown = ''
  const stderr = { isTTY: true, columns: 0, write: (text: string) => (shown += text) }
  const options = { flag: () => false }
  const progress = progressOf({ terminal: { stderr }, options } as unknown as Context)
  const file = { name: 'cake.jpg', state: 'fetching', have: 1, size: 2, delivered: { count: 0, of: 0 } }
  progress.tell(file as File)
  assert.match(shown, /cake\.jpg {2}\[#{12}\.{12}\] {2}coming, 50 %/)
})

test('a check tells on a terminal how far it is, and ends with one answer', async (t) => {
  const scene = await Scene.open(t)
  for (const directive of ['running', 'vault', 'family', 'file cake.txt flour'])
    await scene.direct(t, directive)
  await scene.run(['file', 'send', 'Bob', join(scene.folder, 'cake.txt')])
  const { out, err, exit } = await scene.run(['file', 'check'], { isTTY: true })
  assert.deepEqual([out, exit], ['1 file looked at, all whole.\n', 0])
  assert.match(err, /^\rcake\.txt {2}\[#{12}\.{12}\] {2}50 % checked, /)
  assert.ok(err.endsWith('\r\u001b[K'), JSON.stringify(err))
  const quiet = await scene.run(['file', 'check', '--json'], { isTTY: true })
  assert.deepEqual([quiet.out, quiet.err], ['{"checked":1,"damaged":[],"mended":[]}\n', ''])
})

test('a check ends with 0 where all that was damaged is mended, and says where nothing can be fetched again', async (t) => {
  const { home, device, api } = await family(t)
  const { id } = device.play.offer('Bob', 'film.mp4', Buffer.from('moving pictures'))
  const found = { checked: 1, damaged: [], mended: [{ id, name: 'film.mp4' }] }
  device.checkFiles = () => Promise.resolve(found)
  const { out, err, exit } = await start(t, home, ['file', 'check', '--json']).outcome
  assert.deepEqual([JSON.parse(out), err, exit], [found, '', 0])
  const damaged = [
    { id, name: 'film.mp4', chunks: 2 },
    { id, name: 'cake.jpg', chunks: 1 },
  ]
  device.checkFiles = () => Promise.resolve({ checked: 3, damaged, mended: [] })
  const shown: unknown[] = []
  const context = {
    ...{ client: createClient(api), running: false, args: [], terminal: { stderr: {} } },
    options: { value: () => undefined, flag: () => true },
    show: (document: unknown) => shown.push(document),
    interrupted: () => new AbortController().signal,
  } as unknown as Context
  await assert.rejects(async () => fileCheck.run(context), {
    status: 500,
    code: 'file-damaged',
    message: 'Damage was found in 2 files',
    remedy: /nothing is fetched again until you `triode start`$/,
    details: { chunks: 3 },
  })
  assert.deepEqual(shown, [{ checked: 3, damaged, mended: [] }])
})

suite('sizes', () => {
  test('are told with the digits that count', () => {
    const told = [0, 1, 999, 999.6, 1_000, 1_234, 9_949, 9_960, 999_499, 999_500, 4e9, 2 ** 48].map(sizeText)
    const wanted = '0 B,1 B,999 B,1 kB,1 kB,1.2 kB,9.9 kB,10 kB,999 kB,1 MB,4 GB,281 TB'
    assert.deepEqual(told.join(), wanted)
  })

  test('are a number and a unit', () => {
    const known: [string, number][] = [
      ['0', 0],
      ['500', 500],
      ['64k', 64_000],
      ['10M', 10_000_000],
      ['10 MB', 10_000_000],
      ['1.5G', 1_500_000_000],
      ['2tb', 2e12],
    ]
    for (const [typed, bytes] of known) assert.equal(sizeBytes(typed), bytes)
    assert.equal(sizeOrNone('none'), null)
    for (const typed of ['', '-1', '1.', '.5', '1x', 'none', '1e9', '300T', '1 000', '1.2345M'])
      assert.throws(() => sizeBytes(typed), { code: 'usage' }, typed)
  })
})

suite('bars', () => {
  const bar = { name: 'a long name of a film.mp4', done: 0.5, words: 'coming, 50 %' }

  test('are as wide as the terminal allows, and never wider', () => {
    assert.equal(barLine(bar, 80), 'a long name of a film.mp4  [############............]  coming, 50 %')
    for (let columns = 0; columns < 90; columns += 1) {
      const line = barLine(bar, columns)
      assert.ok(line.length <= Math.max(0, columns - 1), `${columns}: ${line}`)
    }
    assert.equal(barLine(bar, 53), 'a long na…  [############............]  coming, 50 %')
  })

  test('are full only when nothing is missing', () => {
    assert.match(barLine({ ...bar, done: 0.999_999 }, 80), /\[#{23}\.\]/)
    assert.match(barLine({ ...bar, done: 1 }, 80), /\[#{24}\]/)
  })

  test('hold nothing that a terminal would obey', () => {
    assert.equal(
      barLine({ name: '\u001b[2J\r\nx', done: 0, words: '' }, 80).trimEnd(),
      `[2J x  [${'.'.repeat(24)}]`,
    )
  })

  test('say why a file that is here is not saved yet', () => {
    const notSaved = { code: 'disk-full', message: 'The disk is full.', remedy: '', details: {} }
    const file = { name: 'film', state: 'complete', have: 9, size: 9, delivered: { count: 0, of: 0 } }
    const { words } = barOf({ ...file, savingTo: '/mnt/film', notSaved } as unknown as File)
    assert.equal(words, 'here, not saved yet: that disk is full')
  })

  test('a state is said in words, with how much is here', () => {
    const file = { state: 'fetching', have: 999, size: 1_000, delivered: { count: 0, of: 0 } } as File
    assert.equal(stateText(file), 'coming, 99 %')
    assert.equal(stateText({ ...file, state: 'offered', have: 0 }), 'not fetched')
    const whole = { ...file, state: 'complete', have: 1_000 } as const
    assert.equal(stateText({ ...whole, delivered: { count: 1, of: 2 } }), 'here, at 1 of 2')
    assert.equal(stateText({ ...whole, savingTo: '/mnt/x' }), 'here, being saved')
    const found = { ...file, state: 'preparing', have: 0, size: 0, files: 12_345 } as const
    assert.equal(stateText(found), 'being looked through, 12345 files')
    const refused = {
      ...file,
      state: 'complete',
      delivered: { count: 0, of: 1 },
      notHeld: 'too-large',
    } as const
    assert.equal(stateText(refused), 'here, larger than keepers take files here, at 0 of 1')
  })
})
