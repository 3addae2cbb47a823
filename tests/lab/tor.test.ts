/** Devices that have nothing but Tor, in a Tor network of the test's own. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { TorChannel, type Link } from '@triode/channels'
import { DeviceProcess, eventually } from '../e2e/circleOfTwo.ts'
import { lacksTor, torNetwork, type TorNetwork } from './torNetwork.ts'

const CIRCLE = 'Circle'
/** A circuit may have to be made anew first. */
const PATIENCE_MS = 60_000
/** Who was removed dials several times meanwhile. */
const AWAY_MS = 12_000
const skip = lacksTor()

void describe('over Tor alone', { skip, timeout: 300_000 }, () => {
  let network: TorNetwork
  let folder: string
  let alice: DeviceProcess
  let bob: DeviceProcess

  before(async () => {
    network = await torNetwork()
    folder = mkdtempSync(join(tmpdir(), 'triode-tor-test-'))
    const torrc = join(folder, 'torrc')
    writeFileSync(torrc, network.settings)
    const args = ['--channels', 'tor', '--torrc', torrc]
    alice = device('Alice', args)
    bob = device('Bob', args)
    await Promise.all([alice.start(), bob.start()])
  })

  function device(name: string, args: readonly string[]): DeviceProcess {
    return new DeviceProcess({ name, home: join(folder, name), passphrase: 'a phrase of words', args })
  }

  async function over(channel: string): Promise<void> {
    for (const { client } of [alice, bob]) {
      await eventually(
        `a tunnel over ${channel}`,
        async () => ((await client.peers({})).peers[0]?.channel === channel ? true : undefined),
        PATIENCE_MS,
      )
    }
  }

  after(async () => {
    await Promise.all([alice.stop(), bob.stop()])
    await network.end()
    rmSync(folder, { recursive: true, force: true })
  })

  void it('a device is on no network until somebody turns the channel on, having been told what it shows', async () => {
    assert.deepEqual(await statesOf(alice), ['off'])
    assert.equal(torOf(alice), undefined)
    await assert.rejects(alice.client.setChannel({ name: 'tor', on: true }), /Tor network/)
    for (const device of [alice, bob]) {
      const channel = await device.client.setChannel({ name: 'tor', on: true, told: true })
      assert.equal(channel.state, 'on')
    }
  })

  void it('an invitation leads to who made it, and messages go both ways', async () => {
    const { circle } = await alice.client.createCircle({ name: CIRCLE, suite: 'hybrid' })
    const { link } = await alice.client.invite({ circle })
    const startedAt = performance.now()
    await bob.client.join({ link, timeoutMs: 120_000 })
    const joinedAt = performance.now()
    await talk(alice, bob, 'first')
    const [joinS, talkS] = [joinedAt - startedAt, performance.now() - joinedAt].map((ms) =>
      (ms / 1000).toFixed(1),
    )
    process.stdout.write(
      `# joined through Tor in ${joinS ?? ''} s, messages both ways ${talkS ?? ''} s later\n`,
    )
    for (const device of [alice, bob]) {
      const { peers } = await device.client.peers({})
      assert.deepEqual(
        peers.map(({ channel }) => channel),
        ['tor'],
      )
      for (const { remote } of peers)
        assert.match(remote, /^tor:(to-[a-z2-7]{8}:\d+|[a-z2-7]{56}\.onion:4711)$/)
    }
  })

  void it('each circle has an address of its own, which the others do not know', async () => {
    const before = await addressesOf(alice)
    await alice.client.createCircle({ name: 'Another', suite: 'hybrid' })
    const added = await eventually('the address of the new circle', async () => {
      const news = (await addressesOf(alice)).filter((address) => !before.includes(address))
      return news.length === 1 ? news : undefined
    })
    assert.match(added[0] ?? '', /^[a-z2-7]{56}\.onion:4711$/)
  })

  void it('tor that is killed comes back, and with it the tunnel', async () => {
    const before = torOf(bob)
    assert.ok(before !== undefined)
    process.kill(before, 'SIGKILL')
    await eventually('another tor', () => {
      const now = torOf(bob)
      return now === before ? undefined : now
    })
    await talk(alice, bob, 'after tor was killed')
  })

  void it('both meet again after a restart, by what their cards say', async () => {
    await Promise.all([alice.stop(), bob.stop()])
    assert.deepEqual([torOf(alice), torOf(bob)], [undefined, undefined], 'tor ends with its device')
    // With tcp as well, of which neither has an address of the other yet.
    const more = ['--channels', 'tor,tcp', '--listen', '127.0.0.1:0', '--torrc', join(folder, 'torrc')]
    alice = device('Alice', more)
    bob = device('Bob', more)
    await Promise.all([alice.start(), bob.start()])
    await talk(alice, bob, 'after a restart')
  })

  void it('who may do without Tor goes over to tcp, and back when that ends, while both write: nothing is lost or doubled', async () => {
    const ends = [alice, bob].map(write)
    await over('tcp')
    await Promise.all([alice, bob].map(({ client }) => client.setChannel({ name: 'tcp', on: false })))
    await over('tor')
    const written = await Promise.all(ends.map((end) => end()))
    for (const [at, author] of [alice, bob].entries()) {
      for (const reader of [alice, bob]) {
        const mark = `${author.name} writes `
        const texts = await eventually(`all of ${author.name}'s at ${reader.name}'s`, async () => {
          const { messages } = await reader.client.messages({ where: CIRCLE, limit: 500 })
          const found = messages.map(({ text }) => text).filter((text) => text.startsWith(mark))
          return found.length >= (written[at]?.length ?? 0) ? found : undefined
        })
        assert.deepEqual(texts, written[at])
      }
    }
  })

  void it('tor keeps nothing of the circle, and was told nothing that others on the machine can see', async () => {
    const names = (await addressesOf(alice)).map((address) => address.slice(0, 56))
    const pid = String(torOf(alice))
    const files = readdirSync(join(folder, 'Alice', 'tor')).map((name) => join(folder, 'Alice', 'tor', name))
    for (const file of [...files, `/proc/${pid}/cmdline`, `/proc/${pid}/environ`]) {
      const content = read(file)
      for (const secret of [...names, CIRCLE, 'a phrase of words']) assert.ok(!content.includes(secret), file)
    }
  })

  void it('who has lost the key of a service, or never had it, does not even find it', async () => {
    const seed = Buffer.alloc(32, 1)
    const [former, member] = [Buffer.alloc(32, 2), Buffer.alloc(32, 3)]
    const settings = network.settings
    const channels = ['service', 'removed', 'member'].map(
      (name) => new TorChannel({ folder: join(folder, name), settings }),
    )
    const [service, removed, other] = channels
    assert.ok(service && removed && other)
    const links: Link[] = []
    try {
      service.serve([{ id: 'circle', seed, visitors: [member] }])
      await service.start((link) => links.push(link))
      await Promise.all([removed, other].map((channel) => channel.start(() => undefined)))
      const address = service.addressFrom(seed)
      const visit = (channel: TorChannel, key: Uint8Array): Promise<Link> =>
        channel.dial(address, undefined, { realm: 'circle', keys: [key] })
      await eventually('a visit', () => visit(other, member).catch(() => undefined), PATIENCE_MS)
      await eventually('the first link', () => links[0])
      const { length } = links
      await assert.rejects(visit(removed, former), /Nobody answers at that onion address now/)
      assert.equal(links.length, length)
      assert.equal(links[0]?.service, 'circle')
      await visit(removed, member)
    } finally {
      await Promise.all(channels.map((channel) => channel.stop()))
    }
  })

  void it('who was removed while away finds nobody there any more, and hears of nothing', async () => {
    await bob.stop()
    const heard = await alice.listen()
    await alice.client.remove({ circle: CIRCLE, member: 'Bob' })
    await alice.client.send({ where: CIRCLE, text: 'without Bob' })
    await bob.start()
    await eventually(
      'his tor',
      async () => {
        const [tor] = (await bob.client.status()).channels
        return tor?.state === 'on' && tor.reason === undefined ? true : undefined
      },
      PATIENCE_MS,
    )
    await new Promise((resolve) => setTimeout(resolve, AWAY_MS))
    for (const device of [alice, bob]) assert.deepEqual((await device.client.peers({})).peers, [])
    const { messages } = await bob.client.messages({ where: CIRCLE, limit: 500 })
    assert.ok(messages.some(({ text }) => text.startsWith('after a restart')))
    assert.ok(!messages.some(({ text }) => text === 'without Bob'))
    const calls = heard.filter((event) => event.type === 'fault' || event.type === 'peer-up')
    assert.deepEqual(calls, [], 'he does not even get as far as to be refused')
  })
})

/** Writes to the circle until it is told to stop. @returns what to call then, which gives the texts */
function write({ name, client }: DeviceProcess): () => Promise<string[]> {
  const written: string[] = []
  const stop = new AbortController()
  const writing = (async () => {
    while (!stop.signal.aborted) {
      const text = `${name} writes ${String(written.length)}`
      await client.send({ where: CIRCLE, text })
      written.push(text)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  })()
  return async () => {
    stop.abort()
    await writing
    return written
  }
}

async function talk(alice: DeviceProcess, bob: DeviceProcess, about: string): Promise<void> {
  await alice.client.send({ where: CIRCLE, text: `${about}, says Alice` })
  await bob.client.send({ where: CIRCLE, text: `${about}, says Bob` })
  await Promise.all([hears(bob, `${about}, says Alice`), hears(alice, `${about}, says Bob`)])
}

async function hears(to: DeviceProcess, text: string): Promise<void> {
  await eventually(
    `"${text}" at ${to.name}'s`,
    async () => {
      const { messages } = await to.client.messages({ where: CIRCLE, limit: 20 })
      return messages.find((message) => message.text === text)
    },
    PATIENCE_MS,
  )
}

async function statesOf(device: DeviceProcess): Promise<string[]> {
  return (await device.client.status()).channels.map(({ state }) => state)
}

async function addressesOf(device: DeviceProcess): Promise<string[]> {
  return (await device.client.status()).channels.flatMap(({ addresses }) => addresses)
}

/** The process number of the tor that a device runs. */
function torOf({ pid }: DeviceProcess): number | undefined {
  if (pid === undefined) return undefined
  const children = read(`/proc/${String(pid)}/task/${String(pid)}/children`)
    .split(' ')
    .map(Number)
  return children.find((child) => read(`/proc/${String(child)}/comm`).trim() === 'tor')
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}
