/**
 * Alice is in Amber with one host and in Basalt with another. Whoever sees all that she sends in both, on the wire and as a member,
 * must find nothing that tells that it is the same person. Carol, in Cobalt, does the same: what she sends too is what everybody sends.
 */
import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import {
  base32,
  createSuite,
  decodeFrame,
  deviceIdOf,
  envelopeTag,
  equalBytes,
  SUITE,
  utf8,
  type Clock,
  type DeviceId,
  type SuiteName,
  encodeAsk,
  frameLength,
  toldFrame,
  TRANSFER_VERSION,
} from '@triode/core'
import { systemClock, systemRandom } from '@triode/crypto'
import { createCertificate } from '@triode/tunnel'
import { openVault } from '@triode/vault'
import { openDevice, type DeviceService } from '../../src/index.ts'
import { CircleRecords } from '../../src/circle/circleRecord.ts'
import { primitives } from '../../src/vault/deviceState.ts'
import { Bench, CHEAP, eventually, PASSPHRASE } from '../devices.ts'
import { links, Sent } from './sharedBytes.ts'
import { messagesIn, recordsIn, Wiretap } from '../wiretap.ts'

const EIGHT_DAYS_MS = 8 * 86_400_000
/** Certificates of others: enough to show each length of a signature but the rarest. */
const OTHERS = 100

/** Somebody with a home, at one port at a time. */
interface Person {
  readonly home: string
  device: DeviceService
  port: number
}

/** One of the circles: who made it, and who joined. */
interface Side {
  readonly name: string
  readonly circle: string
  readonly host: Person
  readonly guest: Person
  /** Device id of the host. */
  readonly far: DeviceId
}

/** One for all scenes, which are played at once. */
const tap = new Wiretap()

class Scene {
  readonly sides: Side[] = []
  private readonly bench = new Bench()
  private readonly suite: SuiteName
  private readonly names: readonly [string, string]
  private readonly people: Person[] = []
  private offMs = 0
  private readonly clock: Clock = { ...systemClock, now: () => systemClock.now() + this.offMs }

  /** @param names of the one who joins two circles, in each */
  constructor(suite: SuiteName, names: readonly [string, string] = ['Alma', 'Bettina']) {
    this.suite = suite
    this.names = names
  }

  async play(): Promise<void> {
    const [alice, carol] = [await this.person(), await this.person()]
    const circles = ['Amber', 'Basalt', 'Cobalt'] as const
    const hosts = await Promise.all(circles.map((name) => this.circle(name)))
    const guests = [alice, alice, carol]
    const nicknames = [...this.names, 'Clarissa']
    for (const [at, host] of hosts.entries()) {
      await anotherSecond()
      await this.join(host, guests[at] ?? alice, nicknames[at] ?? '')
    }
    for (const side of this.sides) await talk(side, 'early')
    // Now every address changes, and every key is due, at once.
    this.offMs = EIGHT_DAYS_MS
    await anotherSecond()
    await this.restart(alice)
    await anotherSecond()
    await this.restart(carol)
    for (const side of this.sides) await this.newCard(side)
    for (const side of this.sides) await talk(side, 'late')
  }

  /** All that the guest sent in one circle, as the host got it and as the wire had it. */
  async sent({ circle, guest, far }: Side): Promise<Sent> {
    const sent = new Sent()
    const toHost = tap.said.filter(({ peer }) => this.deviceOf(peer) === far)
    for (const said of toHost) for (const message of messagesIn(said)) sent.add(message)
    const listed = await guest.device.conversations(circle)
    const conversations = new Set<string>(listed.map(({ conversation }) => conversation))
    for (const { aad, plaintext } of tap.sealed)
      if (conversations.has(base32(aad.subarray(0, 16)))) sent.add(unpadded(plaintext))
    const knocks = new Set(toHost.map(({ knock }) => knock))
    for (const { toServer, toClient } of [...tap.calls.values()].flat()) {
      const hello = Buffer.concat(toServer).toString('latin1')
      if (![...knocks].some((knock) => hello.includes(knock))) continue
      // The host's direction is no harm: the host is in no other circle.
      for (const record of [...recordsIn(toServer), ...recordsIn(toClient)]) sent.add(record)
    }
    return sent
  }

  /** Numbers of the host's keys and cards, which the guest repeats: those of two hosts may be of one second, or of one of hers. */
  ofHost({ far }: Side): Set<string> {
    const { hashBytes } = createSuite(this.suite, primitives)
    const tag = envelopeTag(far)
    const numbers = new Set<string>()
    const toHost = tap.said.filter(({ peer, path }) => path === '/sync' && this.deviceOf(peer) === far)
    for (const message of toHost.flatMap((said) => [...messagesIn(said)])) {
      const frame = decodeFrame(message, hashBytes)
      if (frame.type === 'envelopes')
        for (const one of frame.envelopes) if (equalBytes(one.tag, tag)) numbers.add(String(one.generation))
      if (frame.type === 'card-versions')
        for (const [device, generation] of frame.versions) if (device === far) numbers.add(String(generation))
    }
    return numbers
  }

  /** What TLS shows of a guest: read in its vault, as TLS shows it encrypted. It is closed by this. */
  async certificateOf({ circle, guest }: Side): Promise<Uint8Array> {
    await guest.device.close()
    const vault = openVault(guest.home, { primitives, random: systemRandom, clock: this.clock }).unlock(
      PASSPHRASE,
    )
    const record = new CircleRecords(vault.store).all().find((one) => one.circle === circle)
    vault.lock().close()
    return record?.certificate ?? assert.fail('no certificate')
  }

  /** Of nobody in particular: signatures of P-384 differ in length, and two of one length share the bytes that say so. */
  async otherCertificates(): Promise<Uint8Array[]> {
    const { signing } = createSuite(this.suite, primitives)
    const keys = Array.from({ length: this.suite === SUITE.p384 ? OTHERS : 1 }, () =>
      signing.generate(systemRandom),
    )
    return Promise.all(keys.map((key) => createCertificate(this.suite, key.exportPkcs8(), key.publicKey)))
  }

  /** The one thing that is the same in all circles of a device: where it listens. */
  get addresses(): string[] {
    return tap.shownAddresses.map((address) => utf8(address).toHex())
  }

  async end(): Promise<void> {
    await Promise.all(this.people.map(({ device }) => device.close()))
    await this.bench.end()
  }

  private async person(name?: string): Promise<Person> {
    const [home, port] = [this.bench.home(), await tap.port()]
    const person = { home, port, device: await this.open(home, port) }
    await person.device.init({ passphrase: PASSPHRASE, ...(name !== undefined && { name }) })
    this.people.push(person)
    return person
  }

  private open(home: string, port: number): Promise<DeviceService> {
    const listen = [{ host: '127.0.0.1', port }]
    return openDevice({ home, channels: ['tcp'], listen, version: 'test', kdf: CHEAP, clock: this.clock })
  }

  private async restart(person: Person): Promise<void> {
    await person.device.close()
    person.port = await tap.port()
    person.device = await this.open(person.home, person.port)
    await person.device.unlock(PASSPHRASE)
  }

  private async circle(name: string): Promise<Pick<Side, 'name' | 'circle' | 'host'>> {
    const host = await this.person(`Host of ${name}`)
    const { circle } = await host.device.createCircle({ name, suite: this.suite })
    return { name, circle, host }
  }

  private async join(made: Pick<Side, 'name' | 'circle' | 'host'>, guest: Person, name: string) {
    const { circle, host } = made
    const { link } = await host.device.invite({ circle })
    await guest.device.join({ link, name })
    const far = await eventually('a tunnel', async () => (await guest.device.peers(circle))[0]?.device)
    await eventually('its other end', async () => (await host.device.peers(circle))[0])
    this.sides.push({ ...made, guest, far })
  }

  /** Waits until the host was told the guest's new address, and with it its new key. */
  private async newCard({ guest, far }: Side): Promise<void> {
    const address = utf8(tap.shownFor(guest.port))
    const isTold = (): boolean =>
      tap.said.some(
        ({ peer, parts }) => this.deviceOf(peer) === far && Buffer.concat(parts).includes(address),
      )
    await eventually('the new card', () => isTold() || undefined, 40_000)
  }

  private deviceOf(key: string): string {
    return deviceIdOf(createSuite(this.suite, primitives), Uint8Array.fromHex(key))
  }
}

/**
 * Keys are numbered by the second in which they were made, and hosts make some as well. What one person does within one second in two
 * circles shows it (threat model §5); here each step has seconds of its own, so that only what Triode does by itself could be shared.
 */
function anotherSecond(): Promise<void> {
  return setTimeout(2_500)
}

/** Some of everything that a guest may send. */
async function talk({ name, circle, host, guest }: Side, when: string): Promise<void> {
  const { device } = guest
  const asked = await host.device.send({ where: circle, text: `Anything new in ${name}, ${when}?` })
  await eventually('the question', () => has(device, circle, asked.id))
  const { id } = await device.send({ where: circle, text: `Of ${name} I know a lot, ${when}` })
  await device.edit(id, `Of ${name} I know little, ${when}`)
  await device.react({ id: asked.id, emoji: '👍' })
  await device.read(circle)
  await device.typing(circle)
  const slip = await device.send({ where: circle, text: `A slip in ${name}` })
  await device.deleteMessage(slip.id)
  const direct = await device.send({ where: `${circle}/Host of ${name}`, text: `Only for ${name}’s host` })
  await eventually('what was said', () => has(host.device, direct.conversation, direct.id))
}

async function has(device: DeviceService, where: string, id: string): Promise<true | undefined> {
  try {
    const { messages } = await device.messages({ where, limit: 50 })
    return messages.some((message) => message.id === id) || undefined
  } catch {
    return undefined
  }
}

/** ISO/IEC 7816-4. */
function unpadded(padded: Uint8Array): Uint8Array {
  return padded.subarray(0, Math.max(0, padded.lastIndexOf(0x80)))
}

const ASK_HELLO = encodeAsk({ type: 'hello', version: TRANSFER_VERSION })
/** What every device says first on the streams of files (spec §15.7), whether or not it was said in Cobalt yet. */
const GREETINGS = [
  Buffer.concat([frameLength(ASK_HELLO.length), ASK_HELLO]),
  toldFrame({ type: 'hello', version: TRANSFER_VERSION }),
]

/** Plays it, and gives what was sent in Amber, Basalt and Cobalt; ends what runs. */
async function played(scene: Scene): Promise<[Sent, Sent, Sent]> {
  try {
    await scene.play()
    const all: Sent[] = []
    for (const side of scene.sides) all.push(await scene.sent(side))
    for (const number of scene.sides.flatMap((side) => [...scene.ofHost(side)])) all[2]?.values.add(number)
    for (const [at, side] of scene.sides.entries()) all[at]?.add(await scene.certificateOf(side))
    for (const certificate of await scene.otherCertificates()) all[2]?.add(certificate)
    for (const greeting of GREETINGS) all[2]?.add(greeting)
    for (const { values, parts } of all) {
      const bytes = parts.reduce((sum, part) => sum + part.length, 0)
      assert.ok(values.size > 100 && bytes > 20_000, `${String(values.size)} values show nothing`)
    }
    return all as [Sent, Sent, Sent]
  } finally {
    await scene.end()
  }
}

describe('two circles of one device', { concurrency: true }, () => {
  after(() => {
    tap.end()
  })

  for (const suite of [SUITE.hybrid, SUITE.cnsa, SUITE.p384]) {
    it(`have nothing in common that they sent but the address, suite ${suite}`, async () => {
      const scene = new Scene(suite)
      const found = links(...(await played(scene)))
      const isAddress = (link: string): boolean => scene.addresses.some((address) => address.includes(link))
      assert.deepEqual(
        found.filter((link) => !isAddress(link)),
        [],
      )
      assert.ok(found.some(isAddress), 'the address was not found: the search finds nothing')
    })
  }

  it('are linked, and found to be, by whoever uses one name in both', async () => {
    const found = links(...(await played(new Scene(SUITE.hybrid, ['Alexandra', 'Alexandra']))))
    assert.ok(found.includes(utf8('Alexandra').toHex()), found.join())
  })

  it('would be found to be linked by one number, text or run of bytes', () => {
    for (const planted of ['a room used twice', 1_700_000_000_123, Uint8Array.of(9, 8, 7, 6, 5, 4)]) {
      const [one, other] = [new Sent(), new Sent()]
      for (const sent of [one, other]) sent.addValue([1, [planted, 'x']])
      assert.equal(links(one, other, new Sent()).length, 1)
      assert.equal(links(one, other, other).length, 0)
    }
    const [one, other] = [systemRandom.bytes(100), systemRandom.bytes(100)]
    other.set(one.subarray(20, 32), 70)
    const [a, b] = [new Sent(), new Sent()]
    a.addValue([1, one])
    b.addValue([1, other])
    assert.deepEqual(links(a, b, new Sent()), [one.subarray(20, 32).toHex()])
  })
})
