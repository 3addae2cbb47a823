/** Circles, invitations and members, as faces ask for them. */
import { createCertificate } from '@triode/tunnel'
import {
  ACTION,
  CallerFault,
  CircleSecrets,
  compareScanned,
  createSuite,
  formatKeys,
  isName,
  isRole,
  isSuiteName,
  memberIdOf,
  deviceIdOf,
  MAX_NAME_LENGTH,
  MembershipLog,
  ROLE,
  SUITE,
  type DeviceId,
  type Invitation as LogInvitation,
  type InvitationId,
} from '@triode/core'
import { invitationAddresses } from './cardAddresses.ts'
import type { CircleRuntime } from './circleRuntime.ts'
import type { CirclesContext } from './circlesContext.ts'
import { keysWith } from './compareKeys.ts'
import { joinCircle } from '../joining/joinCircle.ts'
import type { FarChannel } from '../network/leadsFar.ts'
import { circleName } from './names.ts'
import { resolveCircle, resolveMember } from '../resolve.ts'
import { explained, withArticle } from './ruleFaults.ts'
import type * as service from '../service.ts'
import { inviteSpoken } from '../joining/spokenInvite.ts'
import { requireActive } from './standing.ts'
import { INVITATION_LIFE_DEFAULT_MS, SPOKEN_LIFE_DEFAULT_MS } from '../tuning.ts'
import { checkNickname } from '../vault/stateFaults.ts'
import type { Unlocked } from '../unlocked.ts'
import { activeMembers, circleDetail, circleSummary, listedMembers, memberView, peerView } from '../views.ts'

export class Circles {
  private readonly unlocked: Unlocked
  private readonly context: CirclesContext

  constructor(unlocked: Unlocked, context: CirclesContext) {
    this.unlocked = unlocked
    this.context = context
  }

  async create({
    name,
    suite: suiteName = SUITE.hybrid,
    nickname = this.unlocked.settings.name,
  }: service.CreateCircleInput): Promise<service.CircleSummary> {
    if (!isSuiteName(suiteName))
      throw new CallerFault('suite-unknown', {
        message: 'There is no such suite.',
        remedy: 'Choose hybrid, cnsa or p384.',
      })
    if (!isName(name, MAX_NAME_LENGTH))
      throw new CallerFault('name-invalid', {
        details: { most: 64 },
        message: 'A name has 1 to 64 characters.',
        remedy: 'Choose another.',
      })
    if (nickname !== undefined) checkNickname(nickname)
    const { primitives, random, clock, emit } = this.context
    const { store } = this.unlocked.vault
    const suite = createSuite(suiteName, primitives)
    const key = suite.signing.generate(random)
    const certificate = await createCertificate(suiteName, key.exportPkcs8(), key.publicKey)
    const circle = store.transaction(() => {
      const log = MembershipLog.create({ suite, store }, { key, random, name, nickname, at: clock.now() })
      new CircleSecrets(store, log.circle).create(random)
      const record = {
        circle: log.circle,
        suite: suiteName,
        pkcs8: key.exportPkcs8(),
        certificate,
        member: memberIdOf(deviceIdOf(suite, key.publicKey)),
        inviterAddresses: [],
      }
      this.unlocked.records.put(record)
      return this.unlocked.running.open(record)
    })
    this.unlocked.network.wake()
    emit({ type: 'roster', circle: circle.id })
    return circleSummary(circle)
  }

  list(): service.CircleSummary[] {
    return this.unlocked.circles.map(circleSummary)
  }

  show(reference: service.CircleRef): service.CircleDetail {
    const circle = this.find(reference)
    return circleDetail(circle, this.unlocked.network.peers(circle.id).length)
  }

  /** Tells the circle, gives that a moment to leave the machine, then erases what is here. */
  async leave(reference: service.CircleRef, { force = false }: service.LeaveOptions = {}): Promise<void> {
    const circle = this.find(reference)
    const { records } = this.unlocked
    if (isOutAlready(circle) && !records.isLeaving(circle.id)) {
      this.unlocked.running.close(circle)
      return
    }
    if (!force && isLastOwner(circle)) throw lastOwner(circle)
    records.setLeaving(circle.id, true)
    try {
      circle.append({ type: 'leave' })
    } catch (fault) {
      records.setLeaving(circle.id, false)
      throw fault
    }
    await this.unlocked.network.drained(circle.id)
    this.unlocked.running.close(circle)
  }

  invite({ circle: reference, expiresMs, role = ROLE.member }: service.InviteInput): service.InvitationMade {
    const circle = this.find(reference)
    requireActive(circle)
    if (!isRole(role)) throw unknownRole()
    const { network } = this.unlocked
    const addresses = invitationAddresses(network.addresses('invitation', circle))
    const lifeMs = expiresMs ?? INVITATION_LIFE_DEFAULT_MS
    const terms = { role, lifeMs, addresses, now: this.context.clock.now() }
    const attempt = { action: ACTION.invite, doing: `inviting ${withArticle(role)}` }
    const made = explained(circle, attempt, () =>
      circle.audited(() => circle.invitations.create(this.context.random, terms)),
    )
    circle.announceHeads()
    network.wake()
    const { id: invitation, link, expires } = made
    const near = this.unlocked.leadsFar(addresses) ? {} : { nearOnly: true as const }
    return { invitation, circle: circle.id, link, expires, ...near }
  }

  inviteSpoken({
    expiresMs = SPOKEN_LIFE_DEFAULT_MS,
    ...input
  }: service.SpokenInput): Promise<service.SpokenMade> {
    const { circles } = this.unlocked
    const invite = (): service.InvitationMade => this.invite({ ...input, expiresMs })
    return inviteSpoken(this.context, { circle: this.find(input.circle), circles, expiresMs, invite })
  }

  invitations(reference: service.CircleRef): service.Invitation[] {
    const circle = this.find(reference)
    const now = this.context.clock.now()
    const { network } = this.unlocked
    const views = [...circle.state.invitations.values()].map((one) =>
      invitationView(circle, one, now, network.leftOut(one.id)),
    )
    return views.sort(
      (a, b) => STATE_ORDER.indexOf(a.state) - STATE_ORDER.indexOf(b.state) || b.created - a.created,
    )
  }

  revoke(id: string): void {
    const circle = this.unlocked.circles.find((one) => one.state.invitations.has(id as InvitationId))
    if (circle === undefined) throw noInvitation()
    requireActive(circle)
    circle.audited(() => {
      circle.invitations.revoke(id as InvitationId, this.context.clock.now())
    })
    circle.announceHeads()
  }

  async join(input: service.JoinInput): Promise<service.Joined> {
    return joinCircle(this.unlocked, this.context, input)
  }

  members(reference: service.CircleRef): service.Member[] {
    const circle = this.find(reference)
    return listedMembers(circle).map((member) => memberView(circle, member, this.isOnline(circle)))
  }

  member(reference: service.MemberRef): service.Member {
    const { circle, member } = resolveMember(this.unlocked.circles, reference)
    return memberView(circle, member, this.isOnline(circle))
  }

  setVerified(reference: service.MemberRef, verified: boolean): service.Member {
    const { circle, member } = this.findOther(reference)
    const devices = member.devices.filter(
      (device) => !verified || circle.state.devices.get(device)?.revoked === undefined,
    )
    this.remember(circle, devices, verified ? 'verification-set' : 'verification-removed', (device) => {
      circle.compared.setVerified(device, verified)
    })
    return memberView(circle, member, this.isOnline(circle))
  }

  shownKeys(reference: service.MemberRef): service.ShownKeys {
    const { circle, member } = this.findOther(reference)
    return { member: member.id, circle: circle.id, text: formatKeys(keysWith(circle, member)) }
  }

  verifyScanned(reference: service.MemberRef, text: string): service.Member {
    const { circle, member } = this.findOther(reference)
    const { id } = compareScanned(keysWith(circle, member), text)
    this.remember(circle, [id], 'verification-set', (device) => {
      circle.compared.setScanned(device)
    })
    return memberView(circle, member, this.isOnline(circle))
  }

  peers(reference?: service.CircleRef): service.Peer[] {
    const chosen = reference === undefined ? this.unlocked.circles : [this.find(reference)]
    return chosen.flatMap((circle) =>
      this.unlocked.network.peers(circle.id).map((peer) => peerView(circle, peer)),
    )
  }

  /** Keeps that these keys were compared, or were not, and tells the audit log. */
  private remember(
    circle: CircleRuntime,
    devices: readonly DeviceId[],
    event: 'verification-set' | 'verification-removed',
    keep: (device: DeviceId) => void,
  ): void {
    this.unlocked.vault.store.transaction(() => {
      for (const device of devices) {
        keep(device)
        this.unlocked.audit.record({ event, circle: circle.id, device })
      }
    })
    this.context.emit({ type: 'roster', circle: circle.id })
  }

  /** A member that is not oneself. */
  private findOther(reference: service.MemberRef): ReturnType<typeof resolveMember> {
    const found = resolveMember(this.unlocked.circles, reference)
    if (found.member.id !== found.circle.member) return found
    throw new CallerFault('not-allowed', {
      details: { of: 'own-device' },
      message: 'This is your own device.',
      remedy: 'Verify another member.',
    })
  }

  private find(reference: string): CircleRuntime {
    return resolveCircle(this.unlocked.circles, reference)
  }

  private isOnline(circle: CircleRuntime): (device: string) => boolean {
    return (device) => this.unlocked.network.isUp(circle.id, device as never)
  }
}

const STATE_ORDER: readonly service.InvitationState[] = ['live', 'spent', 'revoked', 'expired']

/** Shown for the role of an invitation that admits a further device of one's own. */
const OWN_DEVICE = 'device'

function invitationView(
  circle: CircleRuntime,
  one: LogInvitation,
  now: number,
  leftOutOf: readonly FarChannel[],
): service.Invitation {
  const triesLeft = circle.spoken.triesLeft(one.id, now)
  const state = one.state === 'live' && now > one.expires ? 'expired' : one.state
  return {
    invitation: one.id,
    circle: circle.id,
    state,
    role: one.role ?? OWN_DEVICE,
    created: one.createdAt,
    expires: one.expires,
    ...(one.admitted !== undefined && { joined: one.admitted }),
    ...(triesLeft !== undefined && { triesLeft }),
    ...(state === 'live' && leftOutOf.length > 0 && { leftOutOf }),
  }
}

function isOutAlready(circle: CircleRuntime): boolean {
  return circle.standing.standing !== 'active'
}

/** Others would stay, and none of them as owner. */
function isLastOwner(circle: CircleRuntime): boolean {
  const active = activeMembers(circle)
  const owners = active.filter((member) => member.role === ROLE.owner)
  return active.length > 1 && owners.length === 1 && owners[0]?.id === circle.member
}

function lastOwner(circle: CircleRuntime): CallerFault {
  return new CallerFault('last-owner', {
    details: { circle: circleName(circle.state) },
    message: `You are the only owner of ${circleName(circle.state)}: without you nobody could govern it.`,
    remedy:
      'Make somebody else its owner first, with `triode circle transfer`, or leave all the same with --force.',
  })
}

function unknownRole(): CallerFault {
  return new CallerFault('role-unknown', {
    message: 'There is no such role.',
    remedy: `Choose one of ${Object.values(ROLE).join(', ')}.`,
  })
}

function noInvitation(): CallerFault {
  return new CallerFault('not-found', {
    details: { of: 'invitation' },
    message: 'There is no such invitation.',
    remedy: '`triode invite list CIRCLE` shows them with their ids.',
  })
}
