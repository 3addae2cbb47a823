/** One's own devices in circles, as faces ask for them: added by an invitation, named, revoked. */
import { ACTION, CallerFault, type DeviceId } from '@triode/core'
import { invitationAddresses } from './cardAddresses.ts'
import type { CircleRuntime } from './circleRuntime.ts'
import type { CirclesContext } from './circlesContext.ts'
import { circleName } from './names.ts'
import { resolveCircle } from '../resolve.ts'
import { explained } from './ruleFaults.ts'
import type * as service from '../service.ts'
import { inviteSpoken } from '../joining/spokenInvite.ts'
import { checkNickname } from '../vault/stateFaults.ts'
import { requireActive } from './standing.ts'
import { INVITATION_LIFE_DEFAULT_MS, SPOKEN_LIFE_DEFAULT_MS } from '../tuning.ts'
import type { Unlocked } from '../unlocked.ts'

interface Found {
  readonly circle: CircleRuntime
  readonly device: DeviceId
}

export class OwnDevices {
  private readonly unlocked: Unlocked
  private readonly context: CirclesContext

  constructor(unlocked: Unlocked, context: CirclesContext) {
    this.unlocked = unlocked
    this.context = context
  }

  add({ circle: reference, expiresMs }: service.AddDeviceInput): service.InvitationMade {
    const circle = resolveCircle(this.unlocked.circles, reference)
    requireActive(circle)
    const terms = {
      lifeMs: expiresMs ?? INVITATION_LIFE_DEFAULT_MS,
      addresses: invitationAddresses(this.unlocked.network.addresses('invitation', circle)),
      now: this.context.clock.now(),
    }
    const attempt = { action: ACTION.addDevice, doing: 'adding devices' }
    const made = explained(circle, attempt, () =>
      circle.audited(() => circle.invitations.createForOwnDevice(this.context.random, terms)),
    )
    circle.announceHeads()
    this.unlocked.network.wake()
    return { invitation: made.id, circle: circle.id, link: made.link, expires: made.expires }
  }

  /** The code stands for a link of add(): who knows it becomes a device of one's own. */
  addSpoken({
    circle: reference,
    expiresMs = SPOKEN_LIFE_DEFAULT_MS,
  }: service.AddDeviceInput): Promise<service.SpokenMade> {
    const { circles } = this.unlocked
    const circle = resolveCircle(circles, reference)
    const invite = (): service.InvitationMade => this.add({ circle: circle.id, expiresMs })
    return inviteSpoken(this.context, { circle, circles, expiresMs, invite })
  }

  list(reference?: service.CircleRef): service.OwnDevice[] {
    const { circles } = this.unlocked
    const chosen = reference === undefined ? circles : [resolveCircle(circles, reference)]
    const all = chosen.flatMap((circle) => devicesOf(circle).map((device) => this.view({ circle, device })))
    return all.sort((a, b) => Number(a.revoked) - Number(b.revoked))
  }

  rename(reference: string, name: string): service.OwnDevice {
    const found = this.find(reference)
    requireActive(found.circle)
    checkNickname(name)
    found.circle.participant.ownState.nameDevice(found.device, name)
    return this.view(found)
  }

  revoke(reference: string): service.OwnDevice {
    const found = this.find(reference)
    const { circle, device } = found
    requireActive(circle)
    const attempt = { action: ACTION.revokeOwnDevice, doing: 'revoking that device' }
    explained(circle, attempt, () => circle.append({ type: 'revoke-device', device }))
    return this.view(found)
  }

  /** By id, its beginning, or name. @throws CallerFault 'not-found' | 'ambiguous' */
  private find(reference: string): Found {
    const all = this.unlocked.circles.flatMap((circle) =>
      devicesOf(circle).map((device) => ({ circle, device })),
    )
    const wanted = reference.trim()
    const named = all.filter((one) => one.device === wanted || nameOf(one) === wanted)
    const begun = wanted.length < MIN_ID_LETTERS ? [] : all.filter(({ device }) => device.startsWith(wanted))
    const found = named.length > 0 ? named : begun
    const [first] = found
    if (first === undefined) throw noDevice()
    if (found.length > 1) throw severalDevices(found)
    return first
  }

  private view({ circle, device }: Found): service.OwnDevice {
    const known = circle.state.devices.get(device)
    const name = nameOf({ circle, device })
    const current = device === circle.self
    return {
      device,
      circle: circle.id,
      circleName: circleName(circle.state),
      ...(name !== undefined && { name }),
      current,
      online: current || this.unlocked.network.isUp(circle.id, device),
      addedAt: known?.admittedAt ?? circle.state.createdAt,
      revoked: known?.revoked !== undefined,
    }
  }
}

/** Letters of an id that may stand for it: 40 bits. */
const MIN_ID_LETTERS = 8

function devicesOf(circle: CircleRuntime): readonly DeviceId[] {
  return circle.state.members.get(circle.member)?.devices ?? []
}

/** Told by one's own devices to one another, and to nobody else (spec §11.9). */
function nameOf({ circle, device }: Found): string | undefined {
  return circle.participant.ownState.deviceName(device)
}

function noDevice(): CallerFault {
  return new CallerFault('not-found', {
    details: { of: 'device' },
    message: 'You have no such device.',
    remedy: '`triode device list` shows yours with their ids.',
  })
}

function severalDevices(found: readonly Found[]): CallerFault {
  const ids = found.map(({ circle, device }) => `${device} in ${circleName(circle.state)}`)
  return new CallerFault('ambiguous', {
    details: { found: ids.join(', ') },
    message: `That fits several: ${ids.join(', ')}.`,
    remedy: 'Use the id.',
  })
}
