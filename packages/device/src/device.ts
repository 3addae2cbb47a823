/** The device of one home behind its faces. Its vault's life is VaultLife; here is what it does while that is unlocked. */
import type { InvitationId, MessageId } from '@triode/core'
import { systemRandom } from '@triode/crypto'
import { Auditing, verifyExport } from './audit/auditing.ts'
import { Circles } from './circle/circles.ts'
import { clockOf, primitives } from './vault/deviceState.ts'
import { Filing } from './files/filing.ts'
import { Messaging } from './conversation/messaging.ts'
import { networkView } from './diagnosis/networkView.ts'
import { OwnDevices } from './circle/ownDevices.ts'
import { resolveCircle } from './resolve.ts'
import { renameCircle, setNickname } from './circle/renaming.ts'
import { Roles } from './circle/roles.ts'
import { Rooms } from './conversation/rooms.ts'
import { storageReport } from './storage.ts'
import type * as service from './service.ts'
import { VaultLife } from './vault/vaultLife.ts'

/** See OpenDevice. */
// eslint-disable-next-line @typescript-eslint/require-await -- what it throws has to be a rejection
export async function openDevice(options: service.DeviceOptions): Promise<service.DeviceService> {
  return new Device(options)
}

class Device extends VaultLife implements service.DeviceService {
  private readonly clock
  private readonly circlesContext

  constructor(options: service.DeviceOptions) {
    super(options)
    this.clock = clockOf(options)
    this.circlesContext = { primitives, clock: this.clock, random: systemRandom, emit: this.emit }
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

  storage(): Promise<service.StorageReport> {
    return this.work(storageReport)
  }

  // ---- conversations and messages

  resolve(where: service.Where): Promise<service.Resolved> {
    return this.messagingWork((messaging) => messaging.resolve(where))
  }

  conversations(circle?: service.CircleRef): Promise<service.Conversation[]> {
    return this.messagingWork((messaging) => messaging.conversations(circle))
  }

  createRoom(input: service.CreateRoomInput): Promise<service.Conversation> {
    return this.roomsWork((rooms) => rooms.create(input))
  }

  renameRoom(input: service.RenameRoomInput): Promise<service.Conversation> {
    return this.roomsWork((rooms) => rooms.rename(input))
  }

  changeRoomMembers(input: service.ChangeRoomMembersInput): Promise<service.Conversation> {
    return this.roomsWork((rooms) => rooms.changeMembers(input))
  }

  leaveRoom(where: service.Where): Promise<void> {
    return this.roomsWork((rooms) => {
      rooms.leave(where)
    })
  }

  async send(input: service.SendInput): Promise<service.Sent> {
    const sent = await this.messagingWork((messaging) => messaging.send(input))
    // Tunnels write at the end of this turn of the event loop: the message leaves first, then the caller is answered.
    await this.endOfTurn()
    return sent
  }

  messages(input: service.MessagesInput): Promise<service.MessagePage> {
    return this.messagingWork((messaging) => messaging.page(input))
  }

  message(id: MessageId | string): Promise<service.Message> {
    return this.messagingWork((messaging) => messaging.message(id))
  }

  delivery(id: MessageId | string): Promise<service.DeliveryReport> {
    return this.messagingWork((messaging) => messaging.delivery(id))
  }

  react(input: service.ReactInput): Promise<void> {
    return this.messagingWork((messaging) => {
      messaging.react(input)
    })
  }

  edit(id: MessageId | string, text: string): Promise<void> {
    return this.messagingWork((messaging) => {
      messaging.edit(id, text)
    })
  }

  deleteMessage(id: MessageId | string): Promise<void> {
    return this.messagingWork((messaging) => {
      messaging.delete(id)
    })
  }

  read(where: service.Where, upTo?: MessageId | string): Promise<void> {
    return this.messagingWork((messaging) => {
      messaging.read(where, upTo)
    })
  }

  typing(where: service.Where): Promise<void> {
    return this.messagingWork((messaging) => {
      messaging.typing(where)
      this.noteWriting()
    })
  }

  setExpiry(where: service.Where, afterMs: number | null): Promise<void> {
    return this.messagingWork((messaging) => {
      messaging.setExpiry(where, afterMs)
    })
  }

  setPreferences(input: service.PreferencesInput): Promise<service.Conversation> {
    return this.messagingWork((messaging) => messaging.setPreferences(input))
  }

  search(input: service.SearchInput): Promise<service.SearchResult> {
    return this.messagingWork((messaging) => messaging.search(input))
  }

  draft(where: service.Where): Promise<service.Draft | undefined> {
    return this.messagingWork((messaging) => messaging.draft(where))
  }

  setDraft(where: service.Where, draft: service.Draft | undefined): Promise<void> {
    return this.lateWork((unlocked) => {
      new Messaging(unlocked, this.clock, this.emit).setDraft(where, draft)
    })
  }

  // ---- files

  async sendFiles(input: service.SendFilesInput): Promise<service.SentFiles> {
    const sent = await this.filesWork((filing) => filing.send(input))
    await this.endOfTurn()
    return sent
  }

  uploadFile(input: service.UploadInput): Promise<service.UploadView> {
    return this.filesWork((filing) => filing.upload(input))
  }

  uploads(): Promise<service.UploadView[]> {
    return this.filesWork((filing) => filing.uploads())
  }

  dropUpload(upload: string): Promise<void> {
    return this.filesWork((filing) => filing.dropUpload(upload))
  }

  files(input: service.FilesInput): Promise<service.FileView[]> {
    return this.filesWork((filing) => filing.list(input))
  }

  file(id: string, message?: string): Promise<service.FileView> {
    return this.filesWork((filing) => filing.show(id, message))
  }

  folder(id: string, message?: string): Promise<service.FolderEntry[]> {
    return this.filesWork((filing) => filing.folder(id, message))
  }

  getFile(input: service.GetFileInput): Promise<service.FileView> {
    return this.filesWork((filing) => filing.get(input))
  }

  pauseFile(id: string): Promise<service.FileView> {
    return this.filesWork((filing) => filing.pause(id))
  }

  resumeFile(id: string): Promise<service.FileView> {
    return this.filesWork((filing) => filing.resume(id))
  }

  cancelFile(id: string): Promise<service.FileView | undefined> {
    return this.filesWork((filing) => filing.cancel(id))
  }

  pinFile(id: string, pinned: boolean): Promise<service.FileView> {
    return this.filesWork((filing) => filing.pin(id, pinned))
  }

  dropFile(id: string): Promise<service.FileView> {
    return this.filesWork((filing) => filing.drop(id))
  }

  checkFiles(id?: string): Promise<service.FileCheck> {
    return this.filesWork((filing) => filing.check(id))
  }

  readFile(input: service.ReadFileInput): Promise<service.FileContent> {
    return this.filesWork((filing) => filing.read(input))
  }

  fileSettings(): Promise<service.FileSettings> {
    return this.filesWork((filing) => filing.settings())
  }

  setFileSettings(changes: Partial<service.FileSettings>): Promise<service.FileSettings> {
    return this.filesWork((filing) => filing.setSettings(changes))
  }

  // ---- the audit log

  audit(input: service.AuditInput): Promise<service.AuditPage> {
    return this.auditWork((auditing) => auditing.page(input))
  }

  verifyAudit({ file, head }: service.VerifyAuditInput): Promise<service.AuditVerdict> {
    if (file !== undefined) return verifyExport(primitives, file, head)
    return this.auditWork((auditing) => auditing.verify(head))
  }

  exportAudit(input: service.ExportAuditInput): Promise<service.AuditExport> {
    return this.auditWork((auditing) => auditing.export(input))
  }

  // ---- inside

  private auditWork<T>(work: (auditing: Auditing) => T | Promise<T>): Promise<T> {
    return this.work((unlocked) => work(new Auditing(unlocked, { primitives, clock: this.clock })))
  }

  private circlesWork<T>(work: (circles: Circles) => T | Promise<T>): Promise<T> {
    return this.work((unlocked) => work(new Circles(unlocked, this.circlesContext)))
  }

  private rolesWork<T>(work: (roles: Roles) => T): Promise<T> {
    return this.work((unlocked) => work(new Roles(unlocked)))
  }

  private devicesWork<T>(work: (devices: OwnDevices) => T | Promise<T>): Promise<T> {
    return this.work((unlocked) => work(new OwnDevices(unlocked, this.circlesContext)))
  }

  private messagingWork<T>(work: (messaging: Messaging) => T | Promise<T>): Promise<T> {
    return this.work((unlocked) => work(new Messaging(unlocked, this.clock, this.emit)))
  }

  private roomsWork<T>(work: (rooms: Rooms) => T): Promise<T> {
    return this.work((unlocked) => work(new Rooms(unlocked, this.emit)))
  }

  private filesWork<T>(work: (filing: Filing) => T | Promise<T>): Promise<T> {
    return this.work(async (unlocked) => {
      // Right after unlocking that takes a moment.
      await unlocked.files.counted()
      return work(new Filing(unlocked, systemRandom))
    })
  }

  private endOfTurn(): Promise<void> {
    return new Promise((resolve) => {
      this.clock.after(0, resolve)
    })
  }
}
