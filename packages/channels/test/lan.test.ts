import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, connect, type AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import { after, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { CallerFault, Unavailable } from '@triode/core'
import { channelCompliance } from '@triode/testkit'
import makeMdns from 'multicast-dns'
import { MAX_PACKETS_A_SECOND } from '../src/lan/tuning.ts'
import { LanChannel, type LanChannelOptions, type Link } from '../src/index.ts'

/** Away from the real port, so that no other program hears the tests, nor they it. */
const MDNS_PORT = 20_000 + (process.pid % 20_000)
const LOOPBACK: LanChannelOptions = { interfaces: ['127.0.0.1'], mdnsPort: MDNS_PORT }
const ALICE = 'alice'.padEnd(26, 'a')
const ALICE_LATER = 'alice'.padEnd(26, 'b')
const BOB = 'bob'.padEnd(26, 'a')

channelCompliance('lan', () => ({
  here: new LanChannel(LOOPBACK),
  there: new LanChannel(LOOPBACK),
  nobody: 'lan:127.0.0.1:1',
  malformed: [
    'tcp:127.0.0.1:80',
    'lan:127.0.0.1',
    'lan:localhost:80',
    'lan:0.0.0.0:80',
    'lan:224.0.0.251:5353',
  ],
}))

const running: LanChannel[] = []

async function startLan(options: LanChannelOptions = LOOPBACK): Promise<LanChannel> {
  const channel = new LanChannel(options)
  running.push(channel)
  await channel.start((link) => link.stream.pipe(link.stream))
  return channel
}

async function stopAll(): Promise<void> {
  await Promise.all(running.splice(0).map((channel) => channel.stop()))
}

/** Of something that is to be soon: a machine that does other things as well may be late, but not each time. */
const ROUNDS = 5
/** Long enough for a machine that does other things as well; short of LOOK_INTERVAL_MS, which would mend what was missed. */
const PATIENCE_MS = 20_000

async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!condition()) {
    assert.ok(performance.now() < deadline, `waited in vain for ${what}`)
    await sleep(10)
  }
}

/** Everything that `channel` sees from now on. */
function watching(channel: LanChannel) {
  const seen: [name: string, address: string][] = []
  channel.watch((name, address) => seen.push([name, address]))
  return {
    seen,
    async until(name: string): Promise<string> {
      const isSeen = (): boolean => seen.some((one) => one[0] === name)
      await until(`${name} to be seen`, isSeen)
      return seen.find((one) => one[0] === name)?.[1] ?? ''
    },
  }
}

/** Somebody else on the network, who hears and says anything. */
async function stranger() {
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  socket.bind(MDNS_PORT, '0.0.0.0')
  await once(socket, 'listening')
  socket.addMembership('224.0.0.251', '127.0.0.1')
  socket.setMulticastInterface('127.0.0.1')
  const heard: Buffer[] = []
  socket.on('message', (message) => heard.push(message))
  // It is bound already.
  const codec = makeMdns({ socket, port: MDNS_PORT, bind: false })
  return {
    heard,
    codec,
    shout: (bytes: Uint8Array) =>
      new Promise((resolve) => {
        socket.send(bytes, MDNS_PORT, '224.0.0.251', resolve)
      }),
    leave: () =>
      new Promise<void>((resolve) => {
        codec.destroy(resolve)
      }),
  }
}

function srv(name: string, port: number, ttl = 120): makeMdns.ResponseOutgoingPacket {
  const record = `${name}._triode._tcp.local`
  return {
    answers: [{ name: record, type: 'SRV', ttl, data: { port, target: 'x.local', priority: 0, weight: 0 } }],
  }
}

void describe('devices on one network', { timeout: 120_000 }, () => {
  after(stopAll)

  void it('find each other within two seconds, whoever came first, and can dial what they found', async () => {
    for (let round = 1; ; round++) {
      const tookMs = await meeting()
      if (tookMs < 2_000) break
      assert.ok(round < ROUNDS, `${String(Math.round(tookMs))} ms, and no less in ${String(ROUNDS)} rounds`)
    }
  })

  /** Milliseconds from the second one's start until both have seen each other. */
  async function meeting(): Promise<number> {
    const alice = await startLan()
    const aliceSees = watching(alice)
    alice.announce([ALICE])
    const bob = await startLan()
    const began = performance.now()
    const bobSees = watching(bob)
    bob.announce([BOB])
    bob.look()
    const [atBob, atAlice] = await Promise.all([aliceSees.until(BOB), bobSees.until(ALICE)])
    const tookMs = performance.now() - began
    assert.equal(atBob, bob.addresses()[0])
    assert.equal(atAlice, alice.addresses()[0])
    const { stream } = await alice.dial(atBob)
    stream.write('hello')
    assert.equal(String((await once(stream, 'data'))[0]), 'hello')
    assert.ok(!aliceSees.seen.some(([name]) => name === ALICE), 'a device does not see itself')
    await stopAll()
    return tookMs
  }

  void it('hear of a new name at once, and of an old one no more', async () => {
    const [alice, bob] = [await startLan(), await startLan()]
    alice.announce([ALICE])
    await watching(bob).until(ALICE)
    alice.announce([ALICE_LATER])
    const later = watching(bob)
    await later.until(ALICE_LATER)
    bob.look()
    await sleep(1_500)
    assert.ok(!later.seen.some(([name]) => name === ALICE))
    await stopAll()
  })

  void it('are asked by look, which reports again what is known', async () => {
    const [alice, bob] = [await startLan(), await startLan()]
    alice.announce([ALICE])
    await watching(bob).until(ALICE)
    const again = watching(bob)
    bob.look()
    await again.until(ALICE)
    await stopAll()
  })

  void it('stop telling a watcher that left', async () => {
    const [alice, bob] = [await startLan(), await startLan()]
    let calls = 0
    bob.watch(() => calls++)()
    alice.announce([ALICE])
    await watching(bob).until(ALICE)
    assert.equal(calls, 0)
    await stopAll()
  })

  void it('say nothing but opaque names, a port and the address of the interface', async () => {
    const ear = await stranger()
    const packets: makeMdns.ResponsePacket[] = []
    const questions: makeMdns.QueryPacket[] = []
    ear.codec.on('response', (packet) => packets.push(packet))
    ear.codec.on('query', (packet) => questions.push(packet))
    const alice = await startLan()
    alice.announce([ALICE, ALICE_LATER])
    alice.look()
    await until('announcements and a question', () => packets.length > 0 && questions.length > 0)
    await sleep(300)
    const port = Number(alice.addresses()[0]?.split(':').at(-1))
    assert.ok(packets.length > 0 && questions.length > 0)
    for (const packet of packets) {
      const name = packet.additionals?.[0]?.name.slice(0, 26) ?? ''
      assert.ok([ALICE, ALICE_LATER].includes(name))
      assert.equal(packet.id, 0)
      assert.deepEqual(
        [...(packet.answers ?? []), ...(packet.additionals ?? [])].map((record) => [
          record.type,
          record.name,
          'data' in record ? record.data : undefined,
        ]),
        [
          ['PTR', '_triode._tcp.local', `${name}._triode._tcp.local`],
          ['SRV', `${name}._triode._tcp.local`, { priority: 0, weight: 0, port, target: `${name}.local` }],
          ['TXT', `${name}._triode._tcp.local`, [Buffer.alloc(0)]],
          ['A', `${name}.local`, '127.0.0.1'],
        ],
      )
    }
    for (const packet of questions) {
      assert.deepEqual(
        packet.questions?.map(({ name, type }) => [name, type]),
        [['_triode._tcp.local', 'PTR']],
      )
      assert.deepEqual([packet.id, packet.answers, packet.additionals], [0, [], []])
    }
    const spoken = Buffer.concat(ear.heard).toString('latin1')
    assert.ok(!spoken.includes(hostname()), 'the name of the machine is nobody’s business')
    packets.length = 0
    await alice.stop()
    const goodbyes = (): unknown[] =>
      packets.flatMap(({ answers }) =>
        (answers ?? []).map((record) => ('ttl' in record ? record.ttl : undefined)),
      )
    await until('a goodbye for each name', () => goodbyes().length >= 2)
    assert.deepEqual(goodbyes(), [0, 0])
    await ear.leave()
    await stopAll()
  })

  void it('take names of the form that is theirs, and not too many', async () => {
    const alice = new LanChannel(LOOPBACK)
    for (const name of [
      '',
      'alice',
      ALICE.toUpperCase(),
      `${ALICE}a`,
      `${ALICE.slice(1)}.`,
      `${ALICE.slice(1)}1`,
    ]) {
      assert.throws(
        () => {
          alice.announce([name])
        },
        (error) => error instanceof CallerFault && error.code === 'name-malformed',
      )
    }
    const many = Array.from({ length: 65 }, () => ALICE)
    assert.throws(
      () => {
        alice.announce(many)
      },
      (error) => error instanceof CallerFault && error.code === 'too-many-names',
    )
    return Promise.resolve()
  })

  void it('are not led astray, and not worn out, by what a stranger says', async () => {
    const bob = await startLan()
    const sees = watching(bob)
    const ear = await stranger()
    const garbage = [
      Buffer.alloc(0),
      Buffer.alloc(9_000, 0xff),
      Buffer.from('000084000000ffff00000000', 'hex'),
      Buffer.from('00008400000000010000000' + '0c00c', 'hex'),
    ]
    for (const bytes of garbage) await ear.shout(bytes)
    for (const name of ['', 'x', 'ALICE', `${ALICE}x`, `a.${ALICE.slice(2)}`, '*'.repeat(26)])
      ear.codec.respond(srv(name, 80))
    for (const port of [0]) ear.codec.respond(srv(ALICE, port))
    ear.codec.respond({
      answers: Array.from(
        { length: 1_000 },
        () => ({ name: 'x.local', type: 'A', data: '127.0.0.1' }) as const,
      ),
    })
    ear.codec.respond(srv(ALICE.toUpperCase(), 4711))
    assert.equal(await sees.until(ALICE), 'lan:127.0.0.1:4711', 'case does not matter in DNS')
    assert.deepEqual(new Set(sees.seen.map(([name]) => name)), new Set([ALICE]))
    await ear.leave()
    await stopAll()
  })

  void it('read a flood of packets no faster than they can stand, and answer it once a second', async () => {
    const bob = await startLan()
    bob.announce([BOB])
    const ear = await stranger()
    let answers = 0
    ear.codec.on('response', (packet) => {
      if (packet.additionals?.[0]?.name.startsWith(BOB) === true) answers++
    })
    let reports = 0
    bob.watch(() => reports++)
    const began = performance.now()
    for (let index = 0; index < 3_000; index++) {
      ear.codec.query('_triode._tcp.local', 'PTR')
      const name = index.toString(2).replaceAll('0', 'a').replaceAll('1', 'b').padStart(26, 'c')
      ear.codec.respond(srv(name, 4711))
      if (index % 100 === 0) await sleep(5)
    }
    await until('an answer and a report', () => answers > 0 && reports > 0)
    await sleep(1_500)
    const seconds = Math.ceil((performance.now() - began) / 1_000)
    assert.ok(answers <= seconds + 1, `${String(answers)} answers in ${String(seconds)} s`)
    assert.ok(
      reports <= (seconds + 1) * MAX_PACKETS_A_SECOND,
      `${String(reports)} reports in ${String(seconds)} s`,
    )
    await ear.leave()
    await stopAll()
  })

  void it('answer nobody who says that the answer is known, and whoever else asks', async () => {
    const alice = await startLan()
    alice.announce([ALICE, ALICE_LATER])
    const ear = await stranger()
    const answered: string[] = []
    ear.codec.on('response', (packet) => answered.push(packet.additionals?.[0]?.name.slice(0, 26) ?? ''))
    // What is said of its own accord is over.
    await sleep(2_500)
    answered.length = 0
    const question = { name: '_triode._tcp.local', type: 'PTR' } as const
    const known = (name: string, ttl: number) =>
      ({ ...question, ttl, data: `${name}._triode._tcp.local` }) as const
    ear.codec.query({ questions: [question], answers: [known(ALICE, 60), known(ALICE_LATER, 120)] })
    await sleep(2_500)
    assert.deepEqual(answered, [])
    // One of them is about to be forgotten.
    ear.codec.query({ questions: [question], answers: [known(ALICE, 59), known(ALICE_LATER, 120)] })
    await until('an answer', () => answered.length > 0)
    await sleep(1_500)
    assert.deepEqual(answered, [ALICE])
    // Of two that ask at once, one does not know it.
    answered.length = 0
    ear.codec.query({ questions: [question], answers: [known(ALICE, 120), known(ALICE_LATER, 120)] })
    ear.codec.query({ questions: [question] })
    await until('both answers', () => new Set(answered).size === 2)
    await ear.leave()
    await stopAll()
  })

  void it('ask by turns rather than all, however many they are', async () => {
    const lookMs = 1_000
    const ear = await stranger()
    let questions = 0
    ear.codec.on('query', () => questions++)
    const channels = []
    for (let n = 0; n < 6; n++) {
      channels.push(await startLan({ ...LOOPBACK, lookMs }))
      await sleep(120)
    }
    questions = 0
    const began = performance.now()
    await sleep(6_000)
    const intervals = (performance.now() - began) / lookMs
    assert.ok(questions >= 2, `${String(questions)} questions`)
    // Each by itself would have asked as often as that.
    assert.ok(questions < (channels.length * intervals) / 2, `${String(questions)} questions`)
    await ear.leave()
    await stopAll()
  })

  void it('do without discovery where its port is taken, and say so', async () => {
    const squatter = createSocket({ type: 'udp4' })
    squatter.bind(0, '0.0.0.0')
    await once(squatter, 'listening')
    const channel = await startLan({ ...LOOPBACK, mdnsPort: squatter.address().port })
    await until('its status', () => channel.status().state === 'unavailable')
    const { reason, remedy } = channel.status()
    assert.match(reason ?? '', /5353.*EADDRINUSE/)
    assert.ok(remedy !== undefined)
    squatter.close()
    await until('discovery once the port is free', () => channel.status().state === 'on')
    await stopAll()
  })

  void it('do without links where their port is taken, and say so', async () => {
    const squatter = createServer().listen(0, '127.0.0.1')
    await once(squatter, 'listening')
    const channel = await startLan({ ...LOOPBACK, port: (squatter.address() as AddressInfo).port })
    assert.equal(channel.status().state, 'unavailable')
    assert.deepEqual(channel.addresses(), [])
    squatter.close()
    await stopAll()
  })

  void it('wait for a network where there is none', async () => {
    const channel = await startLan({ ...LOOPBACK, interfaces: [] })
    assert.equal(channel.status().state, 'unavailable')
    channel.announce([ALICE])
    channel.look()
    await assert.rejects(channel.dial('lan:127.0.0.1:80'), (error) => error instanceof Unavailable)
    await stopAll()
  })

  void it('dial, and are dialed by, neighbours only', async () => {
    const links: Link[] = []
    const channel = new LanChannel(LOOPBACK)
    running.push(channel)
    await channel.start((link) => links.push(link))
    for (const far of ['lan:192.0.2.77:80', 'lan:[2001:db8::1]:80', 'lan:128.0.0.1:80']) {
      await assert.rejects(
        channel.dial(far),
        (error) => error instanceof Unavailable && error.code === 'unreachable',
      )
    }
    const port = Number(channel.addresses()[0]?.split(':').at(-1))
    await once(connect(port, '127.0.0.1'), 'connect')
    await until('the link', () => links.length > 0)
    assert.equal(links.length, 1)
    await stopAll()
  })
})
