/** Files, as faces ask for them. */
import type { Random } from '@triode/core'
import { changedWarning, composed } from '../conversation/composing.ts'
import { resolveConversation } from '../resolve.ts'
import type * as service from '../service.ts'
import { FILE_STATE } from '../service.ts'
import { listedConversations, requireActive } from '../circle/standing.ts'
import type { Unlocked } from '../unlocked.ts'
import type { Named } from './catalog.ts'
import { badRange, noFile, notAFolder, overQuota } from './faults.ts'
import { BLOB_PART } from './fileRecords.ts'
import type { Files } from './files.ts'
import { entryView, fileWithin } from './folderIndexes.ts'
import { newMark, placeFor } from './partial.ts'
import { rangeOf } from './reading.ts'
import { savedName } from './folderPlan.ts'
import { mediaTypeOf } from './media/mediaType.ts'

export class Filing {
  private readonly unlocked: Unlocked
  private readonly files: Files
  private readonly random: Random

  constructor(unlocked: Unlocked, random: Random) {
    this.unlocked = unlocked
    this.files = unlocked.files
    this.random = random
  }

  async send(input: service.SendFilesInput): Promise<service.SentFiles> {
    const {
      where,
      paths = [],
      uploads = [],
      files = [],
      text = '',
      replyTo,
      mentions,
      sending,
      keepMetadata = false,
    } = input
    const found = resolveConversation(this.unlocked.circles, where)
    requireActive(found.circle)
    const body = composed(found, {
      text,
      ...(replyTo !== undefined && { replyTo }),
      ...(mentions !== undefined && { mentions }),
    })
    await this.files.ready()
    const forwarded = files.map(({ id, message }) => this.find(id, message))
    const what = { found, paths, uploads, forwarded, body, keepMetadata }
    const written = await this.files.outgoing.send({ ...what, ...(sending !== undefined && { sending }) })
    const { circle, conversation } = found
    const warning = changedWarning(circle, conversation)
    return {
      message: written.message,
      conversation: conversation.id,
      files: this.files.views.ofMessage(circle, conversation.id, written.message),
      leftOut: [...written.leftOut],
      stripped: [...written.stripped],
      mayTell: [...written.mayTell],
      ...(warning !== undefined && { warning }),
    }
  }

  async upload(input: service.UploadInput): Promise<service.UploadView> {
    const { circle } = resolveConversation(this.unlocked.circles, input.where)
    requireActive(circle)
    await this.files.ready()
    return await this.files.uploads.take(circle, input)
  }

  uploads(): service.UploadView[] {
    return this.files.uploads.views()
  }

  dropUpload(upload: string): Promise<void> {
    return this.files.uploads.drop(upload)
  }

  list({ where, active = false }: service.FilesInput): service.FileView[] {
    const { views, catalog, outgoing } = this.files
    const scope = where === undefined ? undefined : resolveConversation(this.unlocked.circles, where)
    const found = scope === undefined ? this.everywhere() : [scope]
    const written = found.flatMap(({ circle, conversation }) =>
      catalog.list(circle, conversation.id).map((named) => views.of(named)),
    )
    const preparing = outgoing
      .views()
      .filter(({ conversation }) => scope === undefined || conversation === scope.conversation.id)
    return [...preparing, ...written]
      .filter((view) => !active || !isSettled(view))
      .sort((a, b) => b.at - a.at)
  }

  show(id: string, message?: string): service.FileView {
    return this.files.outgoing.view(id) ?? this.files.views.of(this.find(id, message))
  }

  async folder(id: string, message?: string): Promise<service.FolderEntry[]> {
    const named = this.find(id, message)
    if (named.attachment.kind !== 'folder') throw notAFolder()
    return (await this.files.indexes.ifHere(named)).map(entryView)
  }

  async get({
    id,
    message,
    to,
    overwrite = false,
    priority,
  }: service.GetFileInput): Promise<service.FileView> {
    const named = this.find(id)
    const { kind } = named.attachment
    const { name } = this.find(id, message).attachment
    const { savingTo } = this.files.views.of(named)
    const how = { overwrite, folder: kind === 'folder', savingTo }
    if (to === undefined) this.requireStays(named)
    const path = to === undefined ? undefined : await placeFor(to, savedName(name), how)
    if (path !== undefined) await this.files.saving.cancel(named.circle.id, named.blob.id)
    this.files.choices.fetch(this.find(id), {
      ...(priority !== undefined && { priority }),
      ...(path !== undefined && { saving: { path, overwrite, mark: newMark(this.random) } }),
    })
    return this.show(id, message)
  }

  async pause(id: string): Promise<service.FileView> {
    await this.files.choices.pause(this.find(id))
    return this.show(id)
  }

  async resume(id: string): Promise<service.FileView> {
    const named = this.find(id)
    this.requireStays(named)
    await this.files.choices.resume(named)
    return this.show(id)
  }

  async cancel(id: string): Promise<service.FileView | undefined> {
    if (this.files.outgoing.cancel(id)) return undefined
    await this.files.ready()
    const named = this.find(id)
    if (this.files.views.of(named).state !== FILE_STATE.complete) await this.files.choices.drop(named)
    else await this.files.choices.keepUnsaved(named)
    return this.show(id)
  }

  async pin(id: string, pinned: boolean): Promise<service.FileView> {
    await this.files.choices.pin(this.find(id), pinned)
    return this.show(id)
  }

  async drop(id: string): Promise<service.FileView> {
    await this.files.ready()
    await this.files.choices.drop(this.find(id))
    return this.show(id)
  }

  check(id?: string): Promise<service.FileCheck> {
    return this.files.checking.check(id === undefined ? undefined : this.find(id))
  }

  async read({ id, message, path, from, to }: service.ReadFileInput): Promise<service.FileContent> {
    const named = this.lookUp(id, message)
    const { stock, reading, indexes } = this.files
    const { attachment, blob, circle } = named
    stock.used(circle.id, blob.id)
    if (named.part === BLOB_PART.preview) {
      const range = rangeOf(blob.size, from, to)
      return content(attachment.name, 'image/jpeg', blob.size, range, reading.stream(named, range))
    }
    if (named.part !== BLOB_PART.content) throw noFile()
    if (path === undefined) {
      if (attachment.kind === 'folder') throw badRange()
      const range = rangeOf(blob.size, from, to)
      return content(attachment.name, attachment.mediaType, blob.size, range, reading.stream(named, range))
    }
    if (attachment.kind !== 'folder') throw notAFolder()
    const file = fileWithin(await indexes.of(named), path)
    if (file === undefined) throw noFile()
    const range = rangeOf(file.size, from, to)
    const stream = reading.stream(named, { from: file.from + range.from, to: file.from + range.to })
    const name = file.path.at(-1) ?? ''
    return content(name, mediaTypeOf(name), file.size, range, stream)
  }

  settings(): service.FileSettings {
    return this.files.fileSettings()
  }

  setSettings(changes: Partial<service.FileSettings>): service.FileSettings {
    return this.files.setFileSettings(changes)
  }

  // ---- inside

  /** Until it is saved, or while it is pinned, it would. @throws CallerFault 'over-quota' */
  private requireStays(named: Named): void {
    const { quotaBytes } = this.files.fileSettings()
    const { state, pinned, savingTo } = this.files.views.of(named)
    if (quotaBytes === null || pinned || savingTo !== undefined || state === FILE_STATE.complete) return
    if (named.blob.size > quotaBytes) throw overQuota(named.attachment.name)
  }

  private everywhere() {
    return this.unlocked.circles.flatMap((circle) =>
      listedConversations(circle).map((conversation) => ({ circle, conversation })),
    )
  }

  /** @throws CallerFault 'not-found' */
  private find(id: string, message?: string): Named {
    const named = this.lookUp(id, message)
    if (!isContent(named)) throw noFile()
    return named
  }

  private lookUp(id: string, message?: string): Named {
    const named = this.files.catalog.lookUp(id, message)
    if (named === undefined) throw noFile()
    return named
  }
}

const SETTLED: ReadonlySet<string> = new Set([FILE_STATE.offered, FILE_STATE.complete])

/** It is not on its way, nor to be saved, nor kept from others for a while. */
function isSettled({ state, savingTo, paused }: service.FileView): boolean {
  return SETTLED.has(state) && savingTo === undefined && !paused
}

function isContent({ part }: Named): boolean {
  return part === BLOB_PART.content
}

function content(
  name: string,
  mediaType: string,
  size: number,
  { from, to }: { readonly from: number; readonly to: number },
  stream: service.FileContent['stream'],
): service.FileContent {
  return { name, mediaType, size, from, to, stream }
}
