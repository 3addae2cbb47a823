/** Asking a person at a terminal, played by a stream. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import { suite, test } from 'node:test'
import {
  ask,
  askNewPassphrase,
  askPassphrase,
  channelProblems,
  Declined,
  givenPassphrase,
  homeFolder,
} from '@triode/api/local'

function terminal(isTTY = true) {
  const raw: boolean[] = []
  const stdin = Object.assign(new PassThrough(), { isTTY, setRawMode: (on: boolean) => raw.push(on) })
  const stderr = Object.assign(new PassThrough(), { isTTY })
  let shown = ''
  stderr.setEncoding('utf8').on('data', (text: string) => (shown += text))
  return { stdin, stderr, raw, shown: () => shown }
}

suite('asking at a terminal', () => {
  test('a passphrase does not show, may be corrected, and may hold any letter', async () => {
    const at = terminal()
    const answer = askPassphrase(at, 'Passphrase: ')
    for (const keys of ['wrong\u0015', 'çorreç', '\u007f', 't', '\u001b[A', ' 🐎\r']) at.stdin.write(keys)
    assert.equal(await answer, 'çorret 🐎')
    assert.equal(at.shown(), 'Passphrase: \n')
    assert.deepEqual(at.raw, [true, false])
  })

  test('nothing shows even to one who answers the moment the question is there', async () => {
    const at = terminal()
    let echoes: boolean | undefined
    const write = at.stderr.write.bind(at.stderr)
    const watched = (text: string) => {
      echoes ??= at.raw.at(-1) !== true
      return write(text)
    }
    Object.assign(at.stderr, { write: watched })
    at.stdin.write('secret\n')
    await askPassphrase(at, 'Passphrase: ')
    assert.equal(echoes, false)
  })

  test('a letter that arrives in two pieces is one letter', async () => {
    const at = terminal()
    const answer = ask(at, '? ', 'hidden')
    const bytes = Buffer.from('ä\n')
    at.stdin.write(bytes.subarray(0, 1))
    setTimeout(() => at.stdin.write(bytes.subarray(1)), 5)
    assert.equal(await answer, 'ä')
  })

  test('other answers show as they are typed', async () => {
    const at = terminal()
    const answer = ask(at, 'Sure? ', 'echo')
    at.stdin.write('yeah\u007f\u007fs\n')
    assert.equal(await answer, 'yes')
    assert.equal(at.shown(), 'Sure? yeah\b \b\b \bs\n')
  })

  test('a new passphrase is asked twice, and what is typed ahead is not lost', async () => {
    const at = terminal()
    at.stdin.write('secret\nsecret\n')
    assert.equal(await askNewPassphrase(at, 'New: '), 'secret')
    at.stdin.write('secret\nSecret\n')
    await assert.rejects(askNewPassphrase(at, 'New: '), { code: 'passphrase-mismatch' })
  })

  test('Ctrl-C, Ctrl-D and a terminal that goes away decline', async () => {
    for (const keys of ['abc\u0003', '\u0004']) {
      const at = terminal()
      at.stdin.write(keys)
      await assert.rejects(ask(at, '? ', 'hidden'), Declined)
      assert.deepEqual(at.raw, [true, false], 'the terminal is as it was')
    }
    const gone = terminal()
    gone.stdin.end()
    await assert.rejects(ask(gone, '? ', 'hidden'), Declined)
  })

  test('an empty passphrase, or no terminal, is a clear error', async () => {
    const at = terminal()
    at.stdin.write('\n')
    await assert.rejects(askPassphrase(at, '? '), { code: 'passphrase-empty' })
    await assert.rejects(askPassphrase(terminal(false), '? '), { code: 'passphrase-needed' })
  })
})

suite('what is given', () => {
  test('a passphrase comes from the first line of a file, else from the environment', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'triode-local-'))
    t.after(() => rm(folder, { recursive: true }))
    const file = join(folder, 'p')
    const env = { TRIODE_PASSPHRASE: 'from env', OTHER: 'other' }
    await writeFile(file, 'from file \r\nmore')
    assert.equal(await givenPassphrase({ file, env }), 'from file ')
    assert.equal(await givenPassphrase({ env }), 'from env')
    assert.equal(await givenPassphrase({ env, variable: 'OTHER' }), 'other')
    assert.equal(await givenPassphrase({ env: {} }), undefined)
    assert.equal(await givenPassphrase({ env: { TRIODE_PASSPHRASE: '' } }), undefined)
    await writeFile(file, '\n')
    await assert.rejects(givenPassphrase({ file, env }), { code: 'passphrase-empty' })
    await assert.rejects(givenPassphrase({ file: join(folder, 'none'), env }), {
      code: 'passphrase-file-unreadable',
    })
  })

  test('the home is the one named, else of the environment, else ~/.triode; always absolute', () => {
    assert.equal(homeFolder('here', { TRIODE_HOME: '/there' }), resolve('here'))
    assert.equal(homeFolder(undefined, { TRIODE_HOME: '/there' }), '/there')
    assert.equal(homeFolder(undefined, { TRIODE_HOME: '' }), join(homedir(), '.triode'))
  })
})

suite('what channels can’t do', () => {
  test('is said of those that are on as well, but not what can’t be known so soon', () => {
    const why = { reason: 'It is so.', remedy: 'Do that.' }
    assert.deepEqual(
      channelProblems([
        { name: 'lan' },
        { name: 'tcp', code: 'cannot-listen', ...why },
        { name: 'dht', code: 'not-called-yet', ...why },
      ]),
      [{ channel: 'tcp', ...why }],
    )
  })
})
