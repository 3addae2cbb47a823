/**
 * `npm run demo`: Alice and Bob, two devices in two processes with two homes, find each other on the LAN channel, meet by
 * invitation, verify each other and talk; Mallory, who was not invited, tries and fails. Prints what really happened, and
 * ends with 0 only if all of it did. With `--stay` Alice and Bob go on running.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { DeviceProcess, eventually } from './demo/deviceProcess.ts'
import { intrude } from './demo/intruder.ts'
import { Steps } from './demo/steps.ts'

const STAY = process.argv.includes('--stay')
const folder = mkdtempSync(join(tmpdir(), 'triode-demo-'))
const steps = new Steps()

/** On loopback, so that the demo shows the same on every machine and no packet leaves it. */
const LAN = ['--channels', 'lan', '--lan-interface', '127.0.0.1']

function device(name: string): DeviceProcess {
  const passphrase = randomBytes(12).toString('hex')
  return new DeviceProcess({ name, home: join(folder, name.toLowerCase()), passphrase, args: LAN })
}

const [alice, bob, mallory] = [device('Alice'), device('Bob'), device('Mallory')]

async function meet(): Promise<string> {
  await steps.run('Alice and Bob start, each in a process and a home of their own', async () => {
    await Promise.all([alice.start(), bob.start()])
    return [alice, bob].map(
      (one) => `${one.name}: process ${String(one.pid)}, listening on ${one.listening.join(', ')}`,
    )
  })
  const circle = await steps.run('Alice makes a circle', async () => {
    const made = await alice.client.createCircle({ name: 'Demo' })
    return { value: made.circle, lines: [`circle ${made.circle}`, `suite ${made.suite}`] }
  })
  const link = await steps.run('Alice invites, for one person and ten minutes', async () => {
    const { link, expires } = await alice.client.invite({ circle, expiresMs: 600_000 })
    return {
      value: link,
      lines: [`a link of ${String(link.length)} characters, until ${new Date(expires).toISOString()}`],
    }
  })
  await steps.run('Bob joins with the link', async () => {
    const joined = await bob.client.join({ link, name: 'Bob' })
    return [
      `met ${joined.met.name ?? 'nobody'} over the channel ${joined.channel}`,
      `TLS 1.3, group ${joined.group}, cipher ${joined.cipher}`,
      `safety words at Bob's:   ${joined.safetyWords.join(' ')}`,
    ]
  })
  await steps.run('the same link does not work twice', async () => {
    await mallory.start()
    return expectRefusal(mallory.client.join({ link, name: 'Mallory', timeoutMs: 4_000 }))
  })
  return circle
}

async function verify(circle: string): Promise<void> {
  await steps.run('they compare the safety words and verify each other', async () => {
    const words = await Promise.all([
      other(alice, circle, 'Bob').then((member) => member.safetyWords.join(' ')),
      other(bob, circle, 'Alice').then((member) => member.safetyWords.join(' ')),
    ])
    if (words[0] === '' || words[0] !== words[1]) throw new Error('the safety words differ')
    const verified = await Promise.all([
      alice.client.verify({ member: 'Bob', verified: true }),
      bob.client.verify({ member: 'Alice', verified: true }),
    ])
    if (!verified.every((member) => member.verified)) throw new Error('not verified')
    return [`safety words at Alice's: ${words[0]}`, 'both marked as verified']
  })
}

async function talk(circle: string): Promise<void> {
  await steps.run('a tunnel is up, point to point', async () => {
    const peer = await eventually('a tunnel', async () => (await alice.client.peers({ circle })).peers[0])
    return [`${peer.direction} ${peer.remote} over ${peer.channel}, ${peer.group}, ${peer.cipher}`]
  })
  await say(alice, bob, 'Demo', 'Can you read this, Bob?')
  await say(bob, alice, 'Demo', 'Every word. Who else can?')
  await say(alice, bob, 'Bob', 'Nobody. Not even a server, as there is none.')
}

/** One message, until it is read and its author knows. */
async function say(from: DeviceProcess, to: DeviceProcess, where: string, text: string): Promise<void> {
  await steps.run(
    `${from.name} writes to ${where === 'Demo' ? 'the circle' : where}: "${text}"`,
    async () => {
      const started = performance.now()
      const states: string[] = []
      const { id, state } = await from.client.send({ where, text })
      states.push(state)
      const there = where === 'Demo' ? where : from.name
      await eventually('the message', async () => {
        const { messages } = await to.client.messages({ where: there, limit: 10 })
        return messages.find((message) => message.id === id && message.text === text)
      })
      const shownMs = performance.now() - started
      await expectState(from, where, id, 'delivered', states)
      await to.client.read({ where: there })
      await expectState(from, where, id, 'read', states)
      return [
        `at ${to.name}'s after ${shownMs.toFixed(0)} ms`,
        `states at ${from.name}'s: ${states.join(' → ')}`,
      ]
    },
  )
}

async function expectState(
  from: DeviceProcess,
  where: string,
  id: string,
  wanted: string,
  states: string[],
): Promise<void> {
  await eventually(`state ${wanted}`, async () => {
    const { messages } = await from.client.messages({ where, limit: 10 })
    return messages.find((message) => message.id === id)?.state === wanted ? true : undefined
  })
  states.push(wanted)
}

async function refuseMallory(circle: string): Promise<void> {
  await steps.run('Mallory, who was not invited, tries to get in', async () => {
    const [host = '', port = ''] = split(alice.listening[0] ?? '')
    const tries = await intrude(host, Number(port))
    const members = await alice.client.members({ circle })
    if (members.members.length !== 2) throw new Error('somebody got in')
    const circles = await mallory.client.circles()
    if (circles.circles.length !== 0) throw new Error('Mallory is in a circle')
    return [...tries, 'the circle has two members, Mallory is in none']
  })
}

function split(address: string): string[] {
  const at = address.lastIndexOf(':')
  return [address.slice(0, at), address.slice(at + 1)]
}

async function other(device: DeviceProcess, circle: string, name: string) {
  return eventually(`${name} in the roster of ${device.name}`, async () => {
    const { members } = await device.client.members({ circle })
    return members.find((member) => member.name === name)
  })
}

async function expectRefusal(attempt: Promise<unknown>): Promise<string[]> {
  const fault = await attempt.then(
    () => undefined,
    (error: unknown) => error as { code?: string; message: string },
  )
  if (fault === undefined) throw new Error('it was let in')
  return [`refused: ${fault.code ?? ''}: ${fault.message}`]
}

async function stay(): Promise<void> {
  for (const one of [alice, bob]) {
    process.stdout.write(`\n${one.name}: ./triode --home ${one.home} messages Demo\n`)
  }
  process.stdout.write('\nBoth go on running. Ctrl-C ends them and erases their homes.\n')
  isStaying = true
  await told
}

let isStaying = false

/** Resolves to the exit code of a demo that is cut short. Further signals are heard as well: what was begun is cleared away. */
const told = new Promise<number>((resolve) => {
  for (const [signal, exit] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.on(signal, () => {
      resolve(exit)
    })
  }
})

async function show(): Promise<number> {
  try {
    const circle = await meet()
    await verify(circle)
    await talk(circle)
    await refuseMallory(circle)
    steps.summary()
    if (STAY) await stay()
    return 0
  } catch (error) {
    steps.failed(error)
    return 1
  }
}

async function main(): Promise<number> {
  try {
    const exit = await Promise.race([show(), told])
    return isStaying ? 0 : exit
  } finally {
    await Promise.all([alice, bob, mallory].map((one) => one.stop()))
    rmSync(folder, { recursive: true, force: true })
  }
}

// Steps that were cut short may still wait for something.
process.exit(await main())
