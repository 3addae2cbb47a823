/** A launch code stands in the process list; whoever reads it there as another user gets nothing for it. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { endianness } from 'node:os'
import { text } from 'node:stream/consumers'
import { suite, test } from 'node:test'
import { redeem, SESSION_PATH } from '@triode/api'
import { userIn } from '../src/server/peerUser.ts'
import { served } from './served.ts'

/** nobody, wherever there are users. */
const ANOTHER_USER = 65_534
const isRoot = process.platform === 'linux' && process.getuid?.() === 0

/** As Linux writes an address: words of four bytes in the order of the machine. */
function hex(...bytes: number[]): string {
  const buffer = Buffer.from(bytes)
  return (endianness() === 'LE' ? buffer.swap32() : buffer).toString('hex').toUpperCase()
}

const LOCAL = hex(127, 0, 0, 1)
const OTHER = hex(127, 0, 0, 5)
const MAPPED = hex(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 127, 0, 0, 1)
const LOCAL_6 = hex(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)

function line(from: string, to: string, user: number | string): string {
  return `   7: ${from} ${to} 01 00000000:00000000 00:00000000 00000000 ${user}        0 723144 1 00000000303491ba 100 0 0 10 0`
}

const HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'
const far = { address: '127.0.0.1', port: 50_000 }
const near = { address: '127.0.0.1', port: 8_746 }

suite('the user of a connection', () => {
  test('is found among others, over IPv4, over IPv4 within IPv6, and over IPv6', () => {
    const table = [
      HEAD,
      line(`${LOCAL}:222A`, `00000000:0000`, 1),
      line(`${LOCAL}:222A`, `${LOCAL}:C350`, 2),
      line(`${OTHER}:C350`, `${LOCAL}:222A`, 3),
      line(`${LOCAL}:C350`, `${OTHER}:222A`, 4),
      line(`${LOCAL}:C350`, `${LOCAL}:222A`, 1_000),
      line(`${LOCAL_6}:C350`, `${LOCAL_6}:222A`, 1_001),
    ].join('\n')
    assert.equal(userIn(table, far, near), 1_000)
    assert.equal(userIn(table, near, far), 2)
    assert.equal(userIn(table, { ...far, address: '127.0.0.5' }, near), 3)
    assert.equal(userIn(table, { ...far, address: '::1' }, { ...near, address: '::1' }), 1_001)
    assert.equal(userIn(line(`${MAPPED}:C350`, `${MAPPED}:222A`, 1_002), far, near), 1_002)
    assert.equal(userIn(table, { ...far, address: '::ffff:127.0.0.1' }, near), 1_000)
    assert.equal(userIn(table, { ...far, port: 50_001 }, near), undefined)
  })

  test('is not made up of a table that is not one', () => {
    for (const table of [
      '',
      HEAD,
      `${LOCAL}:C350 ${LOCAL}:222A`,
      line(`${LOCAL}:C350`, `${LOCAL}:222A`, 'x'),
    ])
      assert.equal(userIn(table, far, near), undefined)
  })

  const needs = isRoot ? false : 'only root on Linux can act as another user'
  test(
    'another user of the machine gets no session for a launch code, and the code stays good',
    { skip: needs },
    async (t) => {
      const { client, api, port } = await served(t)
      const code = (await client.launch()).url.split('#')[1] ?? ''
      const lines = [
        `POST ${SESSION_PATH} HTTP/1.1`,
        `Host: 127.0.0.1:${port}`,
        `Authorization: Bearer ${code}`,
        'Content-Length: 0',
        'Connection: close',
      ]
      for (const address of ['127.0.0.1', '::ffff:127.0.0.1']) {
        const script = `exec 3<>/dev/tcp/${address}/${port} && printf '%s\\r\\n' "$@" '' >&3 && cat <&3`
        const child = spawn('bash', ['-c', script, 'bash', ...lines], {
          uid: ANOTHER_USER,
          gid: ANOTHER_USER,
          cwd: '/',
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        const answer = await text(child.stdout)
        assert.match(answer, /^HTTP\/1.1 403 /, address)
        assert.match(answer, /"code":"user-refused"/)
      }
      await redeem(api.url, code)
    },
  )
})
