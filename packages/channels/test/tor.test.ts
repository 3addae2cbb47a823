import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { CallerFault, Unavailable } from '@triode/core'
import { channelCompliance } from '@triode/testkit'
import fc from 'fast-check'
import { TorChannel, type Link, type Service, type Visit } from '../src/index.ts'
import { ControlReader } from '../src/tor/controlReply.ts'
import { FrameReader } from '../src/tor/framedStream.ts'
import { formatOnion, onionAddress, onionName, parseOnion } from '../src/tor/onion.ts'
import { readSocksAnswer } from '../src/tor/socks.ts'
import { fakeTor } from './fakeTor.ts'

const seeds = Array.from({ length: 3 }, (_, index) => Buffer.alloc(32, index + 1))
const [hereSeed = Buffer.of(), thereSeed = Buffer.of(), nobody = Buffer.of()] = seeds
const KEY = Buffer.alloc(32, 9)
const OTHER_KEY = Buffer.alloc(32, 10)
const VISIT: Visit = { realm: 'circle', keys: [KEY] }
const { program, network } = fakeTor(seeds)
after(() => {
  rmSync(network, { recursive: true, force: true })
})

/** One that shows the key, as a device does. */
class Visiting extends TorChannel {
  /** Resolves when others reach it. */
  override async start(onLink: (link: Link) => void): Promise<void> {
    await super.start(onLink)
    await until('tor', () => this.status().reason === undefined)
  }

  override dial(address: string, signal?: AbortSignal, visit = VISIT): Promise<Link> {
    return super.dial(address, signal, visit)
  }
}

let homes = 0

function torWith(seed: Uint8Array, service: Partial<Service> = {}, settings?: string): Visiting {
  const folder = join(network, `home ${String(++homes)}`, 'tor')
  const channel = new Visiting({ folder, program, ...(settings !== undefined && { settings }) })
  channel.serve([{ id: 'service', seed, visitors: [KEY], ...service }])
  return channel
}

const NAME = onionName(thereSeed)
const MALFORMED = [
  `tor:${NAME}`,
  `tor:${NAME}.onion`,
  `tor:${NAME}.onion:`,
  `tor:${NAME}.onion:0`,
  `tor:${NAME}.onion:65536`,
  `tor:${NAME}.onion:04711`,
  `tor:${NAME}.onion:4711 `,
  `tor:${NAME.toUpperCase()}.onion:4711`,
  `tor:a.${NAME}.onion:4711`,
  `tor:${NAME.slice(0, 55)}.onion:4711`,
  // Another version, and a checksum that does not hold.
  `tor:${NAME.slice(0, 55)}a.onion:4711`,
  `tor:${NAME.startsWith('a') ? 'b' : 'a'}${NAME.slice(1)}.onion:4711`,
  'tor:expyuzz4wqqyqhjn.onion:80',
  'tor:example.org:80',
  'tor:127.0.0.1:80',
  `tcp:${NAME}.onion:4711`,
]

channelCompliance('tor', () => ({
  here: torWith(hereSeed),
  there: torWith(thereSeed),
  nobody: onionAddress(nobody),
  malformed: MALFORMED,
}))

void describe('tor', { timeout: 60_000 }, () => {
  void it('lets in who has one of the keys, whichever it tries first, and nobody else', async () => {
    const [here, there] = [torWith(hereSeed), torWith(thereSeed, { visitors: [OTHER_KEY, KEY] })]
    const links: Link[] = []
    await Promise.all([here.start(() => undefined), there.start((link) => links.push(link))])
    const address = onionAddress(thereSeed)
    try {
      const wrong = Buffer.alloc(32, 11)
      await assert.rejects(here.dial(address, undefined, { realm: 'x', keys: [] }), isFault('unreachable'))
      await assert.rejects(
        here.dial(address, undefined, { realm: 'x', keys: [wrong] }),
        isFault('unreachable'),
      )
      assert.equal(links.length, 0)
      await here.dial(address, undefined, { realm: 'x', keys: [wrong, OTHER_KEY] })
      // One that was put out: the service is offered anew, without that key.
      there.serve([{ id: 'service', seed: thereSeed, visitors: [KEY] }])
      await until('tor to know', () => there.status().reason === undefined)
      await assert.rejects(
        here.dial(address, undefined, { realm: 'x', keys: [OTHER_KEY] }),
        isFault('unreachable'),
      )
      // One that comes while the service is offered anew is lost now and then: whoever dials does so again.
      const [first] = links.splice(0)
      await until('the other', async () => {
        await untilDialed(here, address)
        await sleep(200)
        return links.length > 0
      })
      assert.deepEqual([first?.service, links[0]?.service], ['service', 'service'])
      there.serve([])
      await until('the service to be gone', () =>
        here.dial(address).then(() => false, isFault('unreachable')),
      )
      assert.deepEqual(there.addresses(), [])
    } finally {
      await Promise.all([here.stop(), there.stop()])
    }
  })

  void it('starts tor again when it ends, and offers the same services', async () => {
    const [here, there] = [torWith(hereSeed), torWith(thereSeed)]
    await Promise.all([here.start(() => undefined), there.start(() => undefined)])
    try {
      await here.dial(onionAddress(thereSeed))
      const before = new Set(pids())
      for (const pid of before) process.kill(pid, 'SIGKILL')
      await until('it to be noticed', () => there.status().state === 'unavailable')
      assert.match(there.status().reason ?? '', /^The program tor has ended \(signal SIGKILL\)\.$/)
      assert.match(there.status().remedy ?? '', /started again by itself/)
      await until('tor to be back', () => pids().some((pid) => !before.has(pid)))
      await until('both to be connected', () => [here, there].every((one) => isConnected(one)))
      assert.deepEqual(there.addresses(), [onionAddress(thereSeed)])
      await untilDialed(here, onionAddress(thereSeed))
    } finally {
      await Promise.all([here.stop(), there.stop()])
    }
    await until('all of them to be gone', () => pids().length === 0)
  })

  void it('says how to get tor when it is missing, and what to look at when it does not start', async () => {
    const missing = new TorChannel({ folder: join(network, 'm'), program: join(network, 'nothing') })
    await missing.start(() => undefined)
    assert.equal(missing.status().state, 'unavailable')
    assert.match(missing.status().reason ?? '', /not installed/)
    assert.match(missing.status().remedy ?? '', /apt install tor/)
    await missing.stop()
    assert.equal(missing.status().state, 'off')

    const confused = new TorChannel({ folder: join(network, 'n'), program, settings: 'Nonsense 1' })
    await confused.start(() => undefined)
    await until('the end of tor', () => confused.status().state === 'unavailable')
    assert.match(confused.status().reason ?? '', /exit code 1/)
    assert.match(confused.status().remedy ?? '', /settings/)
    await confused.stop()
  })

  void it('has no secret in the command line, the environment or the settings of tor', async () => {
    process.env['TRIODE_PASSPHRASE'] = 'not for tor'
    const channel = torWith(hereSeed)
    await channel.start(() => undefined)
    try {
      await until('it to be connected', () => isConnected(channel))
      const [pid = 0] = pids()
      const seen = ['cmdline', 'environ'].map((file) =>
        readFileSync(`/proc/${String(pid)}/${file}`, 'latin1'),
      )
      const torrc = readFileSync(join(network, `torrc-${String(pid)}`), 'utf8')
      for (const text of [...seen, torrc]) {
        assert.ok(!text.includes('not for tor'))
        for (const secret of [hereSeed, KEY]) {
          for (const form of ['hex', 'base64'] as const) assert.ok(!text.includes(secret.toString(form)))
        }
      }
      assert.match(torrc, /^ClientOnly 1$/m)
      assert.match(torrc, /^CookieAuthentication 1$/m)
    } finally {
      delete process.env['TRIODE_PASSPHRASE']
      await channel.stop()
    }
  })

  void it('refuses services that are none, and more than it can bear', () => {
    const channel = torWith(hereSeed)
    const service = { id: 'a', seed: hereSeed, visitors: [KEY] }
    assert.throws(() => {
      channel.serve([{ ...service, visitors: [] }])
    }, CallerFault)
    assert.throws(() => {
      channel.serve([{ ...service, seed: Buffer.alloc(31) }])
    }, CallerFault)
    const many = Array.from({ length: 49 }, (_, index) => ({ ...service, id: String(index) }))
    assert.throws(() => {
      channel.serve(many)
    }, CallerFault)
  })
})

void describe('what the tor channel takes apart', () => {
  void it('an address is one form of one key', () => {
    // From Tor's address-spec: the name of a public service.
    const known = 'tor:pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion:80'
    assert.equal(formatOnion(parseOnion(known)), known)
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (seed) => {
        assert.equal(formatOnion(parseOnion(onionAddress(seed))), onionAddress(seed))
      }),
      { numRuns: 20 },
    )
  })

  void it('replies come whole, however they are cut', () => {
    const said =
      '250-a=1\r\n250 OK\r\n650 STATUS_CLIENT x\r\n250+info=\r\n250 not an end\r\n.\r\n250 OK\r\n552 No\r\n'
    fc.assert(
      fc.property(fc.array(fc.nat(said.length), { maxLength: 8 }), (cuts) => {
        const reader = new ControlReader()
        const at = [0, ...cuts.sort((a, b) => a - b), said.length]
        const replies = at.flatMap((from, index) => reader.push(Buffer.from(said.slice(from, at[index + 1]))))
        assert.deepEqual(
          replies.map(({ code, lines }) => [code, ...lines]),
          [
            [250, 'a=1', 'OK'],
            [650, 'STATUS_CLIENT x'],
            [250, 'info=', '250 not an end', 'OK'],
            [552, 'No'],
          ],
        )
      }),
    )
    for (const odd of ['x\r\n', '250\r\n', '250-a\r\n251 b\r\n', 'a'.repeat(20_000), '250-a\r\n'.repeat(300)])
      assert.throws(() => new ControlReader().push(Buffer.from(odd)), Unavailable, odd.slice(0, 20))
  })

  void it('an answer of SOCKS is read to its end and no further', () => {
    const whole = Buffer.from([5, 2, 1, 0, 5, 0xf5, 0, 1, 0, 0, 0, 0, 0, 0])
    for (let length = 0; length < whole.length; length++)
      assert.equal(readSocksAnswer(whole.subarray(0, length)), undefined)
    assert.deepEqual(readSocksAnswer(Buffer.concat([whole, Buffer.from('tail')])), { code: 0xf5, length: 14 })
    const named = Buffer.from([5, 2, 1, 0, 5, 0, 0, 3, 1, 65, 0, 0])
    assert.deepEqual(readSocksAnswer(named), { code: 0, length: 12 })
    for (const odd of [[4], [5, 0xff], [5, 2, 1, 1], [5, 2, 1, 0, 5, 0, 0, 9]])
      assert.throws(() => readSocksAnswer(Buffer.from(odd)), Unavailable)
  })

  void it('frames are put together again, however they are cut, and nothing comes after the end', () => {
    const content = Buffer.alloc(70_000, 7)
    const framed = Buffer.concat([
      Buffer.from([0xff, 0xff]),
      content.subarray(0, 65_535),
      Buffer.from([0x11, 0x71]),
      content.subarray(65_535),
      Buffer.from([0, 0]),
      Buffer.from('more'),
    ])
    for (const step of [1, 3, 16_384, framed.length]) {
      const reader = new FrameReader()
      const heard: Uint8Array[] = []
      for (let at = 0; at < framed.length; at += step)
        heard.push(...reader.push(framed.subarray(at, at + step)))
      assert.equal(digest(Buffer.concat(heard)), digest(content))
      assert.ok(reader.ended)
    }
  })
})

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function isConnected(channel: TorChannel): boolean {
  const { state, reason } = channel.status()
  return state === 'on' && reason === undefined
}

/** Of the programs that run. */
function pids(): number[] {
  const all = readdirSync(network).flatMap((name) => Number(/^torrc-(\d+)$/.exec(name)?.[1] ?? NaN))
  return all.filter((pid) => {
    try {
      return pid > 0 && process.kill(pid, 0)
    } catch {
      return false
    }
  })
}

function isFault(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Unavailable && error.code === code
}

async function untilDialed(channel: TorChannel, address: string): Promise<void> {
  await until('a link', () =>
    channel.dial(address).then(
      () => true,
      () => false,
    ),
  )
}

async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000
  while (!(await condition())) {
    assert.ok(performance.now() < deadline, `waited in vain for ${what}`)
    await sleep(20)
  }
}
