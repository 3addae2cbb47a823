/** Mallory: a member with real keys, admitted by a real invitation, whose program does as it pleases. */
import { connect as connectTcp } from 'node:net'
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import {
  CardBook,
  CircleMembership,
  CircleSecrets,
  activeKey,
  createSuite,
  decodeValue,
  deviceIdOf,
  encodeFrame,
  frameLength,
  hourOf,
  invitationKeys,
  invitationKnockName,
  knockName,
  MembershipLog,
  memberIdOf,
  nextGeneration,
  parseLink,
  Participant,
  SealingKeys,
  signCard,
  startJoin,
  type CircleId,
  type DeviceId,
  type Fault,
  type Frame,
  type InvitationLink,
  type PeerLink,
  type SigningKey,
} from '@triode/core'
import { nodePrimitives, systemClock, systemRandom } from '@triode/crypto'
import { createMemorySearch, createMemoryStore, createSeededRandom, type MemoryStore } from '@triode/testkit'
import { createCertificate, dialTunnel, type Tunnel, type TunnelIdentity } from '@triode/tunnel'

export const suite = createSuite('hybrid', nodePrimitives())

export interface Place {
  readonly host: string
  readonly port: number
}

/** A key pair, and a certificate for it. */
export async function newIdentity(): Promise<{ key: SigningKey; identity: TunnelIdentity }> {
  const key = suite.signing.generate(systemRandom)
  const pkcs8 = key.exportPkcs8()
  const certificate = await createCertificate(suite.name, pkcs8, key.publicKey)
  return { key, identity: { suite: suite.name, pkcs8, certificate } }
}

/** A tunnel to whoever is at `place`, under `knock`, accepted. @throws as dialTunnel(), and as `accepted` of a tunnel */
export async function dial(place: Place, identity: TunnelIdentity, knock: string): Promise<Tunnel> {
  const socket = connectTcp({ host: place.host, port: place.port })
  socket.on('error', () => undefined)
  const tunnel = await dialTunnel(socket, identity, { knock, authorize: () => true })
  await tunnel.accepted
  return tunnel
}

export function knockOf(link: InvitationLink): string {
  const keys = invitationKeys(suite, link.circle, link.inviter, link.secret)
  return invitationKnockName(suite, keys.knock, hourOf(Date.now()))
}

export interface Invitee {
  readonly key: SigningKey
  readonly identity: TunnelIdentity
  readonly store: MemoryStore
  readonly link: InvitationLink
}

export async function invitee(text: string): Promise<Invitee> {
  return { ...(await newIdentity()), store: createMemoryStore(), link: parseLink(text) }
}

/** Begins to join over `tunnel`. */
export function request({ key, store, link }: Invitee, tunnel: Tunnel) {
  const { circle } = link
  const sealing = new SealingKeys({ suite, store, circle, random: systemRandom })
  sealing.rotateIfDue(Date.now())
  const { generation, key: sealingKey } = sealing.current
  const card = signCard(suite, key, circle, {
    device: deviceIdOf(suite, key.publicKey),
    generation: nextGeneration(0, Date.now()),
    sealingGeneration: generation,
    sealingKey: sealingKey.publicKey,
    addresses: [],
    at: Date.now(),
  })
  const exporter = tunnel.exporter()
  return startJoin({
    suite,
    invitation: link,
    key,
    exporter,
    inviterKey: tunnel.peerKey,
    card,
    nickname: 'Mallory',
  })
}

/** Says `bytes` on the join path; gives the answer: the response, or the code of the refusal; '' is no answer. */
export async function ask(tunnel: Tunnel, bytes: Uint8Array): Promise<Uint8Array | string> {
  const stream = tunnel.open('/join')
  stream.on('error', () => undefined)
  stream.end(bytes)
  const parts: Buffer[] = []
  try {
    for await (const chunk of stream) parts.push(chunk as Buffer)
  } catch {
    return ''
  }
  if (parts.length === 0) return ''
  const [ok, rest] = decodeValue(new Uint8Array(Buffer.concat(parts)), 1 << 26) as [boolean, never]
  return ok ? rest : rest
}

export class Rogue {
  readonly circle: CircleId
  readonly self: DeviceId
  readonly key: SigningKey
  readonly identity: TunnelIdentity
  readonly place: Place
  store: MemoryStore
  readonly victim: DeviceId

  private constructor(place: Place, joined: Invitee) {
    this.place = place
    this.key = joined.key
    this.identity = joined.identity
    this.store = joined.store
    this.circle = joined.link.circle
    this.self = deviceIdOf(suite, joined.key.publicKey)
    this.victim = joined.link.inviter
  }

  static async join(place: Place, text: string): Promise<Rogue> {
    const joining = await invitee(text)
    const tunnel = await dial(place, joining.identity, knockOf(joining.link))
    const attempt = request(joining, tunnel)
    const answer = await ask(tunnel, attempt.request)
    if (typeof answer === 'string') throw new Error(`refused: ${answer}`)
    attempt.finish(answer, joining.store)
    tunnel.close()
    return new Rogue(place, joining)
  }

  get knock(): string {
    return knockName(suite, new CircleSecrets(this.store, this.circle).current.secret, hourOf(Date.now()))
  }

  get log(): MembershipLog {
    return MembershipLog.open({ suite, store: this.store }, this.circle)
  }

  dial(): Promise<Tunnel> {
    return dial(this.place, this.identity, this.knock)
  }

  /** An honest program on a copy of Mallory's memory; the same `seed` draws the same random numbers. */
  participant(store: MemoryStore, seed: string): Participant {
    const { circle, self, key } = this
    const log = MembershipLog.open({ suite, store }, circle)
    const cards = new CardBook({ suite, store, circle, publicKeyOf: (of) => activeKey(log, of) })
    const random = createSeededRandom(seed)
    const sealingKeys = new SealingKeys({ suite, store, circle, random: systemRandom })
    const member = memberIdOf(self)
    return new Participant({
      suite,
      store,
      clock: systemClock,
      random,
      search: createMemorySearch(),
      membership: new CircleMembership({ suite, log, cards, sealingKeys, self, member }),
      self,
      member,
      signingKey: key,
      orderKey: new Uint8Array(32),
      storeIncarnation: new Uint8Array(16),
      onEvent: () => undefined,
    })
  }

  /** A sync stream on which nothing was said yet. */
  async sync(): Promise<RogueStream> {
    const tunnel = await this.dial()
    return new RogueStream(tunnel, tunnel.open('/sync'), this.victim)
  }
}

/** One sync stream, raw. */
export class RogueStream {
  readonly tunnel: Tunnel
  readonly stream: Duplex
  /** Everything said by `run`, to be said again. */
  readonly said: Uint8Array[] = []
  private readonly victim: DeviceId

  constructor(tunnel: Tunnel, stream: Duplex, victim: DeviceId) {
    this.tunnel = tunnel
    this.stream = stream
    this.victim = victim
    stream.on('error', () => undefined)
  }

  hello(): void {
    this.say({ type: 'hello', version: 1, cards: new Uint8Array(32) })
  }

  say(frame: Frame): boolean {
    return this.raw(encodeFrame(frame as never))
  }

  /** @returns false when the stream has had enough for now */
  raw(bytes: Uint8Array): boolean {
    this.stream.write(frameLength(bytes.length))
    return this.stream.write(bytes)
  }

  async room(): Promise<void> {
    if (this.stream.writableNeedDrain && !this.stream.destroyed)
      await Promise.race([once(this.stream, 'drain').catch(() => undefined), this.tunnel.closed])
  }

  /** Reads and forgets. */
  ignore(): void {
    this.stream.resume()
  }

  /** Runs an honest participant on this stream. */
  run(participant: Participant): void {
    const { stream, tunnel, victim, said } = this
    const link: PeerLink = {
      device: victim,
      send: (frame) => {
        said.push(frame)
        this.raw(frame)
      },
      backlogBytes: () => stream.writableLength,
      setPaused: () => undefined,
      close: () => {
        tunnel.destroy()
      },
    }
    const connection = participant.connect(link)
    let rest = Buffer.alloc(0)
    stream.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk])
      while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
        const end = 4 + rest.readUInt32BE(0)
        connection.receive(new Uint8Array(rest.subarray(4, end)))
        rest = rest.subarray(end)
      }
    })
    stream.on('close', () => {
      connection.disconnected()
    })
  }

  /** The tunnel's end, within `timeoutMs`. @throws Error when it stays open */
  async closed(timeoutMs = 10_000): Promise<Fault | undefined> {
    const late = Symbol('late')
    const outcome = await Promise.race([
      this.tunnel.closed,
      new Promise<typeof late>((resolve) => setTimeout(resolve, timeoutMs, late).unref()),
    ])
    if (outcome === late) throw new Error('the tunnel stays open')
    return outcome
  }
}
