/** The invitee's way into a circle: find the inviter, be admitted, store the circle, and stay connected. */
import { createCertificate, type Tunnel } from '@triode/tunnel'
import {
  CallerFault,
  createSuite,
  deviceIdOf,
  equalBytes,
  hourOf,
  invitationKeys,
  invitationKnockName,
  invitationLanName,
  isSuiteName,
  hoursAround,
  nextGeneration,
  parseLink,
  PeerFault,
  SealingKeys,
  signCard,
  startJoin,
  Unavailable,
  type InvitationLink,
  type SigningKey,
  type Suite,
  type SuiteName,
} from '@triode/core'
import type { CirclesContext } from './circlesContext.ts'
import type { CircleRuntime } from './circleRuntime.ts'
import { collect } from './collect.ts'
import { pause } from './dialFirst.ts'
import { decodeAnswer, JOIN_ANSWER_MAX_BYTES, JOIN_PATH } from './joinStream.ts'
import { PendingJoins } from './pendingJoins.ts'
import type * as service from './service.ts'
import { checkNickname, locked } from './stateFaults.ts'
import { JOIN_RETRY_MS, JOIN_TIMEOUT_MS, JOIN_WAIT_DEFAULT_MS, MAX_DISCOVERED_ADDRESSES } from './tuning.ts'
import type { Unlocked } from './unlocked.ts'

interface Attempt {
  readonly unlocked: Unlocked
  readonly context: CirclesContext
  readonly suite: Suite
  readonly link: InvitationLink
  readonly key: SigningKey
  readonly certificate: Uint8Array
  readonly nickname: string | undefined
}

interface Made {
  readonly tunnel: Tunnel
  readonly channel: string
  readonly remote: string
}

/** See DeviceService.join. Asked twice for the same, it is done once. */
export async function joinCircle(
  unlocked: Unlocked,
  context: CirclesContext,
  input: service.JoinInput,
): Promise<service.Joined> {
  const link = parseLink(input.link, context.clock.now())
  if (!isSuiteName(link.suite)) {
    throw new CallerFault('suite-unknown', {
      message: 'This version does not know the suite of that circle.',
    })
  }
  if (input.name !== undefined) checkNickname(input.name)
  if (unlocked.circle(link.circle) !== undefined) {
    throw new CallerFault('already-member', { message: 'This device is in that circle already.' })
  }
  const running = unlocked.joins.get(link.circle)
  if (running !== undefined && !equalBytes(running.secret, link.secret)) throw inProgress()
  if (running !== undefined) return running.joined
  const joined = attemptJoin(unlocked, context, input, link).finally(() => unlocked.joins.delete(link.circle))
  unlocked.joins.set(link.circle, { secret: link.secret, joined })
  return joined
}

async function attemptJoin(
  unlocked: Unlocked,
  context: CirclesContext,
  input: service.JoinInput,
  link: InvitationLink,
): Promise<service.Joined> {
  const suite = createSuite(link.suite as SuiteName, context.primitives)
  const { signal } = unlocked.network
  try {
    const { key, certificate } = await joinKey(unlocked, context, suite, link)
    const nickname = input.name ?? unlocked.settings.name
    const attempt: Attempt = { unlocked, context, suite, link, key, certificate, nickname }
    return await enterInTime(attempt, input.timeoutMs ?? JOIN_WAIT_DEFAULT_MS)
  } catch (cause) {
    throw signal.aborted ? locked() : cause
  }
}

/** What cuts the exchange short without a refusal: the inviter was restarted, or its network changed. */
const CUT: readonly string[] = ['link-broken', 'tunnel-closed', 'timed-out']

/** Again with the same key, until `timeoutMs` has passed: whoever was admitted and never heard of it gets its answer then. */
async function enterInTime(attempt: Attempt, timeoutMs: number): Promise<service.Joined> {
  const { clock } = attempt.context
  const until = clock.elapsed() + timeoutMs
  for (;;) {
    const made = await reachInviter(attempt, Math.max(0, until - clock.elapsed()))
    try {
      return await enterOver(attempt, made)
    } catch (cause) {
      const cut = cause instanceof Unavailable && CUT.includes(cause.code)
      if (!cut || clock.elapsed() >= until) throw cause
    }
  }
}

/** The tunnel is for this alone, and ends with the network. */
async function enterOver(attempt: Attempt, made: Made): Promise<service.Joined> {
  const { signal } = attempt.unlocked.network
  const end = (): void => {
    made.tunnel.destroy()
  }
  signal.addEventListener('abort', end)
  try {
    return await enter(attempt, made)
  } finally {
    signal.removeEventListener('abort', end)
    made.tunnel.close()
  }
}

/** The key to join with: the one of an earlier attempt with this invitation, or a new one, stored first. */
async function joinKey(
  unlocked: Unlocked,
  { random }: CirclesContext,
  suite: Suite,
  link: InvitationLink,
): Promise<{ key: SigningKey; certificate: Uint8Array }> {
  unlocked.sweepJoins()
  const joins = new PendingJoins(unlocked.vault.store)
  const before = joins.get(suite, link)
  if (before !== undefined) {
    return { key: suite.signing.fromPkcs8(before.pkcs8), certificate: before.certificate }
  }
  const key = suite.signing.generate(random)
  const pkcs8 = key.exportPkcs8()
  const certificate = await createCertificate(suite.name, pkcs8, key.publicKey)
  joins.put(suite, link, { pkcs8, certificate, expires: link.expires, circle: link.circle })
  return { key, certificate }
}

/** Dials the addresses of the link and those found on the LAN, again and again until `timeoutMs` has passed. */
async function reachInviter(attempt: Attempt, timeoutMs: number): Promise<Made> {
  const { unlocked, context, suite, link, key, certificate } = attempt
  const keys = invitationKeys(suite, link.circle, link.inviter, link.secret)
  const found = new FoundAddresses()
  const deadline = AbortSignal.any([AbortSignal.timeout(Math.ceil(timeoutMs)), unlocked.network.signal])
  const names = (): Set<string> => {
    const hours = hoursAround(hourOf(context.clock.now()))
    return new Set(hours.map((hour) => invitationLanName(suite, keys.lan, hour)))
  }
  const stopWatching = unlocked.network.watchNames(names(), (address) => {
    found.add(address)
  })
  const identity = { suite: suite.name, pkcs8: key.exportPkcs8(), certificate }
  let last: unknown
  try {
    while (!deadline.aborted) {
      try {
        return await unlocked.network.dialAny([...found.some(), ...link.addresses], identity, {
          knock: invitationKnockName(suite, keys.knock, hourOf(context.clock.now())),
          authorize: (peerKey) => isInviter(suite, link, peerKey),
          signal: deadline,
        })
      } catch (cause) {
        last = cause
        if (cause instanceof PeerFault && cause.code === 'peer-not-authorized') throw mismatch(cause)
      }
      await pause(JOIN_RETRY_MS, deadline).catch(() => undefined)
    }
  } finally {
    stopWatching()
  }
  throw unreachable(last)
}

/** Where the inviter's name was seen. Anyone on the LAN can repeat the name, so all take their turn. */
class FoundAddresses {
  private readonly addresses = new Set<string>()

  add(address: string): void {
    this.addresses.delete(address)
    this.addresses.add(address)
    const [oldest] = this.addresses
    if (oldest !== undefined && this.addresses.size > MAX_ADDRESSES_FOUND) this.addresses.delete(oldest)
  }

  /** As many as are tried at once; others the next time. */
  some(): string[] {
    const chosen = [...this.addresses].slice(0, MAX_DISCOVERED_ADDRESSES)
    for (const address of chosen) this.add(address)
    return chosen
  }
}

/** Of an inviter; each is tried within seconds. */
const MAX_ADDRESSES_FOUND = 64

function isInviter(suite: Suite, link: InvitationLink, peerKey: Uint8Array): boolean {
  return suite.equal(suite.hash(peerKey), link.fingerprint)
}

async function enter(attempt: Attempt, { tunnel, channel, remote }: Made): Promise<service.Joined> {
  const { unlocked, context, suite, link, key, certificate, nickname } = attempt
  const { store } = unlocked.vault
  const join = startJoin({
    suite,
    invitation: link,
    key,
    exporter: tunnel.exporter(),
    inviterKey: tunnel.peerKey,
    card: firstCard(attempt),
    nickname,
  })
  const stream = tunnel.open(JOIN_PATH)
  stream.end(join.request)
  const response = decodeAnswer(await collect(stream, JOIN_ANSWER_MAX_BYTES, JOIN_TIMEOUT_MS))
  const { circle, met } = store.transaction(() => {
    const joined = join.finish(response, store)
    const record = {
      circle: joined.circle,
      suite: suite.name,
      pkcs8: key.exportPkcs8(),
      certificate,
      member: joined.member,
      inviterAddresses: [remoteAddress(channel, remote), ...link.addresses].slice(0, 16),
    }
    unlocked.records.put(record)
    new PendingJoins(store).delete(suite, link)
    return { circle: unlocked.openCircle(record), met: joined.inviter }
  })
  unlocked.network.wake()
  context.emit({ type: 'roster', circle: circle.id })
  return joinedView(circle, met, { channel, group: tunnel.group, cipher: tunnel.cipher })
}

function firstCard({ unlocked, context, suite, link, key }: Attempt): Uint8Array {
  const { store } = unlocked.vault
  const sealing = new SealingKeys({ suite, store, circle: link.circle, random: context.random })
  const now = context.clock.now()
  sealing.rotateIfDue(now)
  const { generation, key: sealingKey } = sealing.current
  return signCard(suite, key, link.circle, {
    device: deviceIdOf(suite, key.publicKey),
    generation: nextGeneration(0, now),
    sealingGeneration: generation,
    sealingKey: sealingKey.publicKey,
    addresses: unlocked.network.addresses().slice(0, 16),
    at: now,
  })
}

function joinedView(
  circle: CircleRuntime,
  met: { device: service.Joined['met']['device']; member: service.Joined['met']['member'] },
  over: Pick<service.Joined, 'channel' | 'group' | 'cipher'>,
): service.Joined {
  const name = circle.state.members.get(met.member)?.nickname
  return {
    circle: circle.id,
    name: circle.state.name,
    suite: circle.state.suite as service.Joined['suite'],
    met: { member: met.member, device: met.device, ...(name !== undefined && { name }) },
    safetyWords: circle.safetyWordsWith(met.device),
    ...over,
  }
}

function remoteAddress(channel: string, remote: string): string {
  return remote.startsWith(`${channel}:`) ? remote : `${channel}:${remote}`
}

function inProgress(): CallerFault {
  return new CallerFault('join-in-progress', {
    message: 'This device is joining that circle by another invitation.',
    remedy: 'Wait for how that ends.',
  })
}

function mismatch(cause: unknown): PeerFault {
  return new PeerFault('fingerprint-mismatch', {
    message: 'The device that answered is not the one that made the invitation.',
    remedy: 'Do not go on. Tell whoever invited you, over another way.',
    cause,
  })
}

function unreachable(cause: unknown): Unavailable {
  if (cause instanceof PeerFault && cause.code === 'knock-unknown') {
    return new Unavailable('inviter-unreachable', {
      message: 'Who answers at the address of the invitation knows nothing of it.',
      remedy:
        "It may have been used or revoked: ask for a new one. Or a clock is more than a day off: check this machine's and the inviter's.",
      cause,
    })
  }
  return new Unavailable('inviter-unreachable', {
    message: 'The device that made the invitation could not be reached.',
    remedy: 'It has to be running, in the same network or at an address that can be reached from here.',
    cause,
  })
}
