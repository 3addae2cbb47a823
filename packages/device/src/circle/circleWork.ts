/** What is done to circles while the vault is unlocked: members, roles and policies, one's own devices. Each call goes to its noun. */
import type { Clock, InvitationId } from '@triode/core'
import { systemRandom } from '@triode/crypto'
import { networkView } from '../diagnosis/networkView.ts'
import { resolveCircle } from '../resolve.ts'
import type * as service from '../service.ts'
import { clockOf, primitives } from '../vault/deviceState.ts'
import { VaultLife } from '../vault/vaultLife.ts'
import { Circles } from './circles.ts'
import type { CirclesContext } from './circlesContext.ts'
import { OwnDevices } from './ownDevices.ts'
import { renameCircle, setNickname } from './renaming.ts'
import { Roles } from './roles.ts'

export class CircleWork
  extends VaultLife
  implements service.CircleService, service.RoleService, service.OwnDeviceService
{
  protected readonly clock: Clock
  private readonly context: CirclesContext

  /** @throws as OpenDevice */
  constructor(options: service.DeviceOptions) {
    super(options)
    this.clock = clockOf(options)
    this.context = { primitives, clock: this.clock, random: systemRandom, emit: this.emit }
  }

  // ---- circles and their members

  createCircle(input: service.CreateCircleInput): Promise<service.CircleSummary> {
    return this.circlesWork((circles) => circles.create(input))
  }

  circles(): Promise<service.CircleSummary[]> {
    return this.circlesWork((circles) => circles.list())
  }

  circle(circle: service.CircleRef): Promise<service.CircleDetail> {
    return this.circlesWork((circles) => circles.show(circle))
  }

  leaveCircle(circle: service.CircleRef, options?: service.LeaveOptions): Promise<void> {
    return this.circlesWork((circles) => circles.leave(circle, options))
  }

  network(circle: service.CircleRef): Promise<service.NetworkView> {
    return this.work(({ circles, network }) => networkView(resolveCircle(circles, circle), network))
  }

  renameCircle(input: service.RenameCircleInput): Promise<service.CircleSummary> {
    return this.work((unlocked) => renameCircle(unlocked, input))
  }

  setNickname(input: service.SetNicknameInput): Promise<service.Member> {
    return this.work((unlocked) => setNickname(unlocked, input))
  }

  invite(input: service.InviteInput): Promise<service.InvitationMade> {
    return this.circlesWork((circles) => circles.invite(input))
  }

  inviteSpoken(input: service.SpokenInput): Promise<service.SpokenMade> {
    return this.circlesWork((circles) => circles.inviteSpoken(input))
  }

  invitations(circle: service.CircleRef): Promise<service.Invitation[]> {
    return this.circlesWork((circles) => circles.invitations(circle))
  }

  revokeInvitation(invitation: InvitationId | string): Promise<void> {
    return this.circlesWork((circles) => {
      circles.revoke(invitation)
    })
  }

  join(input: service.JoinInput): Promise<service.Joined> {
    return this.circlesWork((circles) => circles.join(input))
  }

  members(circle: service.CircleRef): Promise<service.Member[]> {
    return this.circlesWork((circles) => circles.members(circle))
  }

  member(member: service.MemberRef): Promise<service.Member> {
    return this.circlesWork((circles) => circles.member(member))
  }

  setVerified(member: service.MemberRef, verified: boolean): Promise<service.Member> {
    return this.circlesWork((circles) => circles.setVerified(member, verified))
  }

  shownKeys(member: service.MemberRef): Promise<service.ShownKeys> {
    return this.circlesWork((circles) => circles.shownKeys(member))
  }

  verifyScanned(member: service.MemberRef, text: string): Promise<service.Member> {
    return this.circlesWork((circles) => circles.verifyScanned(member, text))
  }

  peers(circle?: service.CircleRef): Promise<service.Peer[]> {
    return this.circlesWork((circles) => circles.peers(circle))
  }

  // ---- roles and policies

  promote(input: service.ChangeRoleInput): Promise<service.Acted> {
    return this.rolesWork((roles) => roles.promote(input))
  }

  demote(input: service.ChangeRoleInput): Promise<service.Acted> {
    return this.rolesWork((roles) => roles.demote(input))
  }

  suspend(input: service.OfMember): Promise<service.Acted> {
    return this.rolesWork((roles) => roles.suspend(input))
  }

  restoreMember(input: service.OfMember): Promise<service.Acted> {
    return this.rolesWork((roles) => roles.restore(input))
  }

  remove(input: service.OfMember): Promise<service.Acted> {
    return this.rolesWork((roles) => roles.remove(input))
  }

  transfer(input: service.OfMember): Promise<service.Acted> {
    return this.rolesWork((roles) => roles.transfer(input))
  }

  dissolve(circle: service.CircleRef): Promise<service.Acted> {
    return this.rolesWork((roles) => roles.dissolve(circle))
  }

  policies(circle: service.CircleRef): Promise<service.PolicyView[]> {
    return this.rolesWork((roles) => roles.policies(circle))
  }

  setPolicy(input: service.SetPolicyInput): Promise<service.Acted> {
    return this.rolesWork((roles) => roles.setPolicy(input))
  }

  pending(circle: service.CircleRef): Promise<service.PendingActView[]> {
    return this.rolesWork((roles) => roles.pending(circle))
  }

  approve(circle: service.CircleRef, act: string): Promise<service.Acted> {
    return this.rolesWork((roles) => roles.approve(circle, act))
  }

  withdraw(circle: service.CircleRef, act: string): Promise<service.Withdrawn> {
    return this.rolesWork((roles) => roles.withdraw(circle, act))
  }

  // ---- one's own devices

  addDevice(input: service.AddDeviceInput): Promise<service.InvitationMade> {
    return this.devicesWork((devices) => devices.add(input))
  }

  addDeviceSpoken(input: service.AddDeviceInput): Promise<service.SpokenMade> {
    return this.devicesWork((devices) => devices.addSpoken(input))
  }

  devices(circle?: service.CircleRef): Promise<service.OwnDevice[]> {
    return this.devicesWork((devices) => devices.list(circle))
  }

  renameDevice(device: string, name: string): Promise<service.OwnDevice> {
    return this.devicesWork((devices) => devices.rename(device, name))
  }

  revokeDevice(device: string): Promise<service.OwnDevice> {
    return this.devicesWork((devices) => devices.revoke(device))
  }

  // ---- inside

  private circlesWork<T>(work: (circles: Circles) => T | Promise<T>): Promise<T> {
    return this.work((unlocked) => work(new Circles(unlocked, this.context)))
  }

  private rolesWork<T>(work: (roles: Roles) => T): Promise<T> {
    return this.work((unlocked) => work(new Roles(unlocked)))
  }

  private devicesWork<T>(work: (devices: OwnDevices) => T | Promise<T>): Promise<T> {
    return this.work((unlocked) => work(new OwnDevices(unlocked, this.context)))
  }
}
