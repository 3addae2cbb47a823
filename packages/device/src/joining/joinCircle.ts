/** The invitee's way into a circle: find the inviter, be admitted, store the circle, and stay connected. */
import { isDhtNode } from '@triode/channels'
import { createCertificate } from '@triode/tunnel'
import {
  CallerFault,
  createSuite,
  deviceIdOf,
  equalBytes,
  hourOf,
  invitationKeys,
  invitationKnockName,
  daysAround,
  invitationDhtName,
  invitationLanName,
  invitationOnionSeed,
  invitationVisitorKey,
  isSuiteName,
  looksSpoken,
  hoursAround,
  nextGeneration,
  parseLink,
  PeerFault,
  SealingKeys,
  signCard,
  startJoin,
  type InvitationLink,
  type SigningKey,
  type Suite,
  type SuiteName,
} from '@triode/core'
import { cardAddresses } from '../circle/cardAddresses.ts'
import type { CirclesContext } from '../circle/circlesContext.ts'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import { collect } from './collect.ts'
import type { MadeTunnel } from '../network/dialer.ts'
import { findInviter, remoteAddress, typedAddresses, wasCut } from './findInviter.ts'
import { decodeAnswer, JOIN_ANSWER_MAX_BYTES, JOIN_PATH } from './joinStream.ts'
import { circleName } from '../circle/names.ts'
import { PendingJoins } from './pendingJoins.ts'
import type * as service from '../service.ts'
import { linkOfSpoken } from './spokenJoin.ts'
import { checkNickname, locked } from '../vault/stateFaults.ts'
import { JOIN_TIMEOUT_MS, JOIN_WAIT_DEFAULT_MS } from '../tuning.ts'
import type { Unlocked } from '../unlocked.ts'

interface Attempt {
  readonly unlocked: Unlocked
  readonly context: CirclesContext
  readonly suite: Suite
  readonly link: InvitationLink
  readonly key: SigningKey
  readonly certificate: Uint8Array
  readonly nickname: string | undefined
  /** Where to look besides. */
  readonly typed: readonly string[]
  /** Ends the looking, and nothing that comes after it. */
  readonly overtaken: AbortSignal
}

/** See DeviceService.join. A spoken code is exchanged for the link that it stands for; all the rest is one way. */
export async function joinCircle(
  unlocked: Unlocked,
  context: CirclesContext,
  input: service.JoinInput,
): Promise<service.Joined> {
  if (!looksSpoken(input.link)) return joinByLink(unlocked, context, input)
  if (input.name !== undefined) checkNickname(input.name)
  const { signal } = unlocked.network
  const { clock } = context
  const timeoutMs = input.timeoutMs ?? JOIN_WAIT_DEFAULT_MS
  const until = clock.elapsed() + timeoutMs
  const link = await linkOfSpoken(unlocked, context, input, timeoutMs).catch((cause: unknown) => {
    throw signal.aborted ? locked() : cause
  })
  return joinByLink(unlocked, context, { ...input, link, timeoutMs: Math.max(0, until - clock.elapsed()) })
}

/**
 * Asked twice for the same, it is done once. Another invitation to the circle ends the looking by the one before, which led to nobody
 * so far, and has its turn when that has ended.
 */
async function joinByLink(
  unlocked: Unlocked,
  context: CirclesContext,
  input: service.JoinInput,
): Promise<service.Joined> {
  const link = parseLink(input.link, context.clock.now())
  if (!isSuiteName(link.suite)) {
    throw new CallerFault('suite-unknown', {
      message: 'This version does not know the suite of that circle.',
      remedy: 'Take the version that whoever invited you has.',
    })
  }
  if (input.name !== undefined) checkNickname(input.name)
  refuseMember(unlocked, link)
  const running = unlocked.joins.get(link.circle)
  if (running !== undefined && equalBytes(running.secret, link.secret)) return running.joined
  running?.overtake()
  const overtaken = new AbortController()
  const ended = running?.joined.then(undefined, () => undefined)
  const joined = Promise.resolve(ended)
    .then(() => attemptJoin(unlocked, context, input, link, overtaken.signal))
    .finally(() => {
      if (unlocked.joins.get(link.circle)?.joined === joined) unlocked.joins.delete(link.circle)
    })
  unlocked.joins.set(link.circle, {
    secret: link.secret,
    joined,
    overtake: () => {
      overtaken.abort()
    },
  })
  return joined
}

function refuseMember(unlocked: Unlocked, { circle }: InvitationLink): void {
  if (unlocked.circle(circle) === undefined) return
  throw new CallerFault('already-member', {
    message: 'This device is in that circle already.',
    remedy: 'If it was put out, `triode circle leave` erases what is left; then join anew.',
  })
}

async function attemptJoin(
  unlocked: Unlocked,
  context: CirclesContext,
  input: service.JoinInput,
  link: InvitationLink,
  overtaken: AbortSignal,
): Promise<service.Joined> {
  const suite = createSuite(link.suite as SuiteName, context.primitives)
  const { signal } = unlocked.network
  try {
    refuseMember(unlocked, link)
    const { key, certificate } = await joinKey(unlocked, context, suite, link)
    const nickname = input.name ?? unlocked.settings.name
    const typed = typedAddresses(input.at)
    const attempt = { unlocked, context, suite, link, key, certificate, nickname, typed, overtaken }
    return await enterInTime(attempt, input.timeoutMs ?? JOIN_WAIT_DEFAULT_MS)
  } catch (cause) {
    throw signal.aborted ? locked() : cause
  }
}

/** Again with the same key, until `timeoutMs` has passed: whoever was admitted and never heard of it gets its answer then. */
async function enterInTime(attempt: Attempt, timeoutMs: number): Promise<service.Joined> {
  const { clock } = attempt.context
  const until = clock.elapsed() + timeoutMs
  for (;;) {
    const made = await reachInviter(attempt, Math.max(0, until - clock.elapsed()))
    try {
      return await enterOver(attempt, made)
    } catch (cause) {
      if (!wasCut(cause) || clock.elapsed() >= until) throw cause
    }
  }
}

/** The tunnel is for this alone, and ends with the network. */
async function enterOver(attempt: Attempt, made: MadeTunnel): Promise<service.Joined> {
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

/** Calls under the invitation's knock; only the device that made it is let in. */
async function reachInviter(attempt: Attempt, timeoutMs: number): Promise<MadeTunnel> {
  const { unlocked, context, suite, link, key, certificate, typed, overtaken } = attempt
  const keys = invitationKeys(suite, link.circle, link.inviter, link.secret)
  const now = (): number => context.clock.now()
  const hour = (): number => hourOf(now())
  unlocked.network.enterAt(link.addresses)
  return findInviter(
    unlocked,
    {
      names: {
        lan: new Set(hoursAround(hour()).map((at) => invitationLanName(suite, keys.lan, at))),
        far: new Set(daysAround(now()).map((day) => invitationDhtName(suite, keys.lan, day))),
      },
      addresses: [
        ...[...typed, ...link.addresses].filter((address) => !isDhtNode(address)),
        ...unlocked.network.inviterAddresses(invitationOnionSeed(suite, keys.lan)),
      ],
      visit: { realm: link.circle, keys: [invitationVisitorKey(suite, keys.lan)] },
      identity: { suite: suite.name, pkcs8: key.exportPkcs8(), certificate },
      knock: () => invitationKnockName(suite, keys.knock, hour()),
      authorize: (peerKey) => isInviter(suite, link, peerKey),
      judge: (cause) => {
        if (cause instanceof PeerFault && cause.code === 'peer-not-authorized') throw mismatch(cause)
      },
    },
    timeoutMs,
    overtaken,
  )
}

function isInviter(suite: Suite, link: InvitationLink, peerKey: Uint8Array): boolean {
  return suite.equal(suite.hash(peerKey), link.fingerprint)
}

async function enter(attempt: Attempt, made: MadeTunnel): Promise<service.Joined> {
  const { unlocked, context, suite, link, key, certificate, nickname } = attempt
  const { tunnel, channel } = made
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
      inviterAddresses: [remoteAddress(made), ...link.addresses].slice(0, 16),
    }
    unlocked.records.put(record)
    new PendingJoins(store).delete(suite, link)
    return { circle: unlocked.running.open(record), met: joined.inviter }
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
    addresses: cardAddresses(unlocked.network.addresses()),
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
    as: met.member === circle.member ? 'device' : 'member',
    circle: circle.id,
    name: circleName(circle.state),
    suite: circle.state.suite as service.Joined['suite'],
    met: { member: met.member, device: met.device, ...(name !== undefined && { name }) },
    safetyWords: circle.compared.safetyWordsWith(met.device),
    ...over,
  }
}

function mismatch(cause: unknown): PeerFault {
  return new PeerFault('fingerprint-mismatch', {
    message: 'The device that answered is not the one that made the invitation.',
    remedy: 'Do not go on. Tell whoever invited you, over another way.',
    cause,
  })
}
