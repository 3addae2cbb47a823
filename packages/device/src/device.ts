/** The device of one home behind its faces. Its vault's life is VaultLife, what is done to circles CircleWork; here is what is said and sent in them. */
import type { MessageId } from '@triode/core'
import { systemRandom } from '@triode/crypto'
import { Auditing, verifyExport } from './audit/auditing.ts'
import { CircleWork } from './circle/circleWork.ts'
import { Filing } from './files/filing.ts'
import { Messaging } from './conversation/messaging.ts'
import { Rooms } from './conversation/rooms.ts'
import { storageReport } from './storage.ts'
import type * as service from './service.ts'
import type { Unlocked } from './unlocked.ts'
import { primitives } from './vault/deviceState.ts'

/** See OpenDevice. */
// eslint-disable-next-line @typescript-eslint/require-await -- what it throws has to be a rejection
export async function openDevice(options: service.DeviceOptions): Promise<service.DeviceService> {
  return new Device(options)
}

class Device extends CircleWork implements service.DeviceService {
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

  setUnsentEdit(id: MessageId | string, text: string | undefined): Promise<void> {
    return this.lateWork((unlocked) => {
      new Messaging(unlocked, this.clock, this.emit).setUnsentEdit(id, text)
      // Nobody is told that one edits, so nothing else says so.
      if (text !== undefined) this.noteWriting()
    })
  }

  // ---- files

  async sendFiles(input: service.SendFilesInput): Promise<service.SentFiles> {
    const sent = await this.filesWork((filing) => filing.send(input))
    await this.endOfTurn()
    return sent
  }

  uploadFile(input: service.UploadInput): Promise<service.UploadView> {
    return input.waits === true
      ? this.waitingWork((unlocked) => this.withFiles(unlocked, (filing) => filing.upload(input)))
      : this.filesWork((filing) => filing.upload(input))
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

  private messagingWork<T>(work: (messaging: Messaging) => T | Promise<T>): Promise<T> {
    return this.work((unlocked) => work(new Messaging(unlocked, this.clock, this.emit)))
  }

  private roomsWork<T>(work: (rooms: Rooms) => T): Promise<T> {
    return this.work((unlocked) => work(new Rooms(unlocked, this.emit)))
  }

  private filesWork<T>(work: (filing: Filing) => T | Promise<T>): Promise<T> {
    return this.work((unlocked) => this.withFiles(unlocked, work))
  }

  private async withFiles<T>(unlocked: Unlocked, work: (filing: Filing) => T | Promise<T>): Promise<T> {
    // Right after unlocking that takes a moment.
    await unlocked.files.counted()
    return work(new Filing(unlocked, systemRandom))
  }

  private endOfTurn(): Promise<void> {
    return new Promise((resolve) => {
      this.clock.after(0, resolve)
    })
  }
}
