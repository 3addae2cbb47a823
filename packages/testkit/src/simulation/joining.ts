/** How simulated devices come into the circle: as real ones do, but for the tunnel, which is a pair of seeded bytes. */
import {
  answerJoin,
  CircleSecrets,
  EXPORTER_BYTES,
  Fault,
  MembershipLog,
  nextGeneration,
  parseLink,
  SealingKeys,
  signCard,
  startJoin,
  type Role,
  type Suite,
} from '@triode/core'
import type { SeededRandom } from '../seededRandom.ts'
import { Killed } from './observedStore.ts'
import type { SimulatedDevice } from './simulatedDevice.ts'

const INVITATION_LIFE_MS = 86_400_000
/** An invitee whose answer was lost asks again; more often than this, something is wrong. */
const MAX_ATTEMPTS = 4

/** Makes the circle, with `device` as its owner. */
export function found(suite: Suite, device: SimulatedDevice): void {
  const store = device.storeToJoinWith
  const random = device.randomFor('founding')
  const at = device.clock.now()
  const log = MembershipLog.create(
    { suite, store },
    { key: device.key, random, name: 'simulation', nickname: device.name, at },
  )
  new CircleSecrets(store, log.circle).create(random)
  device.circle = log.circle
  device.start()
}

export interface Joining {
  readonly suite: Suite
  readonly inviter: SimulatedDevice
  readonly invitee: SimulatedDevice
  /** undefined: a further device of the inviter's member. */
  readonly role: Role | undefined
  /** Chance that an answer gets lost on its way, so that the invitee has to ask again. */
  readonly lossy: number
  readonly random: SeededRandom
}

/** Lets `invitee` join by an invitation of `inviter`. @returns whether it did: the inviter may not be allowed to, or die */
export function join(joining: Joining): boolean {
  try {
    return attemptJoin(joining)
  } catch (cause) {
    if (cause instanceof Fault || cause instanceof Killed) return false
    throw cause
  }
}

function attemptJoin({ suite, inviter, invitee, role, lossy, random }: Joining): boolean {
  const now = inviter.clock.now()
  const terms = { lifeMs: INVITATION_LIFE_MS, addresses: [], now }
  const secret = inviter.randomFor(`invite ${invitee.name}`)
  const { link } =
    role === undefined
      ? inviter.now.invitations.createForOwnDevice(secret, terms)
      : inviter.now.invitations.create(secret, { role, ...terms })
  inviter.announceHeads()
  const invitation = parseLink(link)
  const card = firstCard(suite, invitee, invitation.circle)
  for (let tried = 0; tried < MAX_ATTEMPTS && inviter.running; tried++) {
    const exporter = random.bytes(EXPORTER_BYTES)
    const keys = { key: invitee.key, exporter, inviterKey: inviter.key.publicKey }
    const attempt = startJoin({ suite, invitation, ...keys, card, nickname: invitee.name })
    const { log, invitations, secrets, cards } = inviter.now
    const answer = answerJoin(
      { suite, key: inviter.key, log, invitations, secrets, cards },
      { request: attempt.request, exporter, inviteeKey: invitee.key.publicKey, now: inviter.clock.now() },
    )
    if (answer.admittedNow) inviter.announceHeads()
    if (random.chance(lossy)) continue
    invitee.member = attempt.finish(answer.response, invitee.storeToJoinWith).member
    invitee.circle = invitation.circle
    invitee.start()
    return true
  }
  return false
}

function firstCard(
  suite: Suite,
  invitee: SimulatedDevice,
  circle: ReturnType<typeof parseLink>['circle'],
): Uint8Array {
  const store = invitee.storeToJoinWith
  const sealing = new SealingKeys({ suite, store, circle, random: invitee.randomFor('first key') })
  const now = invitee.clock.now()
  sealing.rotateIfDue(now)
  const { generation, key } = sealing.current
  return signCard(suite, invitee.key, circle, {
    device: invitee.self,
    generation: nextGeneration(0, now),
    sealingGeneration: generation,
    sealingKey: key.publicKey,
    addresses: [],
    at: now,
  })
}
