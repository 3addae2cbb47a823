/** The files of a device while it is unlocked: puts together what fetches, keeps, saves and sends them, starts and stops it. */
import type { BlobId, BlobStore, CircleId, Clock, DeviceId, Fault, Random, Store } from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import type { DeviceEvent, FileSettings } from '../service.ts'
import { Catalog, type Named } from './catalog.ts'
import { Checking } from './checking.ts'
import { Choices } from './choices.ts'
import { Delivered } from './delivered.ts'
import { chunksRefused } from './faults.ts'
import { FileEvents } from './fileEvents.ts'
import { FileHost } from './fileHost.ts'
import { FileRecordBook } from './fileRecordBook.ts'
import { StoredFileSettings } from './fileSettings.ts'
import { FileViews } from './fileViews.ts'
import { filesToRead, type FilesToRead } from './filesToRead.ts'
import { filesToSend } from './filesToSend.ts'
import type { FolderIndexes } from './folderIndexes.ts'
import { Following } from './following.ts'
import { HeldBytes } from './heldBytes.ts'
import { Incoming } from './incoming.ts'
import type { AtKeepers } from './keepers/atKeepers.ts'
import { filesByKeepers } from './keepers/filesByKeepers.ts'
import type { KeptChunks } from './keepers/keptChunks.ts'
import { OpenBlobs } from './openBlobs.ts'
import type { Outgoing } from './outgoing.ts'
import { Quota } from './quota.ts'
import type { Reading } from './reading.ts'
import type { Saving } from './saving.ts'
import { Stock } from './stock.ts'
import { sweep, takeStock, type SweepOptions } from './sweep.ts'
import type { FaultOfPeer, TransferHost } from './transfer/transferHost.ts'
import type { Transfers } from './transfer/transfers.ts'
import { FILES_CHORE_MS } from './tuning.ts'
import type { Uploads } from './uploads.ts'

export interface FilesOptions {
  readonly store: Store
  readonly blobs: BlobStore
  /** Where this device keeps its vault. */
  readonly home: string
  /** Of the disk on which the chunks lie. */
  readonly diskBytes: () => Promise<number>
  /** In which they lie, to be named where nothing can be written there. */
  readonly chunksIn: string
  readonly circles: () => readonly CircleRuntime[]
  readonly isUp: (circle: CircleId, device: DeviceId) => boolean
  readonly clock: Clock
  readonly random: Random
  readonly transfersFor: (host: TransferHost) => Transfers
  readonly emit: (event: DeviceEvent) => void
  readonly isHeard: () => boolean
  /** Whoever reads goes on: that counts as use of the device. */
  readonly used: () => void
  /** Something is about to lie outside of the vault. @throws when that can't be entered in the audit log */
  readonly auditSaved: (named: Named) => void
  readonly tell: (fault: Fault, about: FaultOfPeer | { readonly circle?: CircleId }) => void
  readonly failed: (cause: unknown) => void
}

export class Files {
  readonly catalog: Catalog
  readonly stock: Stock
  readonly choices: Choices
  readonly views: FileViews
  readonly outgoing: Outgoing
  readonly uploads: Uploads
  readonly reading: Reading
  readonly checking: Checking
  readonly indexes: FolderIndexes
  readonly saving: Saving
  readonly following: Following
  readonly transfers: Transfers
  /** What is left of files at keepers, and fetched from there. */
  readonly atKeepers: AtKeepers
  /** What is held of others' files, if this device is a keeper. */
  private readonly kept: KeptChunks
  private readonly host: FileHost
  private readonly options: FilesOptions
  private readonly open: OpenBlobs
  private readonly book: FileRecordBook
  private readonly held = new HeldBytes()
  private readonly settings: StoredFileSettings
  private readonly incoming: Incoming
  private readonly delivered: Delivered
  private readonly events: FileEvents
  private readonly quota: Quota
  private known = Promise.resolve()
  private swept = Promise.resolve()
  private cancelChore: (() => void) | undefined
  private stopped = false

  constructor(options: FilesOptions) {
    const { store, blobs, circles } = options
    // What is cut short by the lock is nothing to be told of.
    const failed = (cause: unknown): void => {
      if (!this.stopped) options.failed(this.refused(cause) ?? cause)
    }
    this.options = { ...options, failed }
    this.settings = new StoredFileSettings(store)
    this.book = new FileRecordBook(store)
    this.open = new OpenBlobs(blobs)
    this.catalog = new Catalog(circles, this.book)
    this.quota = this.makeQuota()
    this.events = this.makeEvents()
    ;({ kept: this.kept, atKeepers: this.atKeepers } = filesByKeepers({
      ...{ ...this.options, catalog: this.catalog, book: this.book, open: this.open, quota: this.quota },
      transfers: () => this.transfers,
      told: (circle, id) => {
        this.stock.tell(circle, id)
      },
      completeAt: (...done) => {
        this.host.completeAt(...done)
      },
    }))
    this.host = this.makeHost()
    this.transfers = options.transfersFor(this.host)
    this.delivered = this.makeDelivered()
    this.incoming = this.makeIncoming()
    const toRead = this.makeToRead()
    this.reading = toRead.reading
    this.indexes = toRead.indexes
    this.saving = toRead.saving
    this.stock = this.makeStock()
    const { catalog, book, held, open, quota, stock, incoming, saving, events, kept, atKeepers } = this
    const { clock, emit } = options
    this.views = new FileViews({ catalog, book, held, incoming, saving, atKeepers })
    this.choices = this.makeChoices()
    this.checking = new Checking({ catalog, book, open, stock, circles, clock, emit })
    const toSend = filesToSend({ ...options, catalog, book, open, quota, stock, events })
    this.uploads = toSend.uploads
    this.outgoing = toSend.outgoing
    this.following = new Following({
      ...{ catalog, book, stock, uploads: this.uploads, kept, atKeepers },
      background: (work) => {
        this.background(work)
      },
    })
  }

  /** Takes up what was wanted when the vault was locked, or the process ended. */
  start(): void {
    this.transfers.setLimits(this.settings.get().rateLimits)
    const options = this.sweepOptions()
    const held = takeStock(options)
    this.known = this.quietly(
      held.then((found) => {
        this.kept.start(found)
        this.saveAll()
      }),
    )
    this.swept = this.quietly(held.then((found) => sweep(options, found)))
    this.chore()
  }

  /** Once it is known what is here. */
  counted(): Promise<void> {
    return this.known
  }

  /** Once what a process left that ended has been looked through: what is sealed before could be taken for that. */
  ready(): Promise<void> {
    return this.swept
  }

  /** Nothing is read or written any more once this has resolved. */
  async stop(): Promise<void> {
    this.stopped = true
    this.cancelChore?.()
    this.events.stop()
    this.delivered.stop()
    this.reading.stop()
    this.checking.stop()
    this.indexes.forget()
    await Promise.all([this.outgoing.stop(), this.saving.stop(), this.swept])
    await this.uploads.stop()
    await this.incoming.stop()
    await this.kept.stop()
    await this.transfers.stop()
    await this.open.stop()
  }

  fileSettings(): FileSettings {
    return this.settings.get()
  }

  /** @throws CallerFault 'setting-out-of-range' */
  setFileSettings(changes: Partial<FileSettings>): FileSettings {
    const settings = this.settings.change(changes)
    this.transfers.setLimits(settings.rateLimits)
    this.background(this.quota.keep())
    return settings
  }

  private chore(): void {
    this.cancelChore = this.options.clock.after(FILES_CHORE_MS, () => {
      this.incoming.retry()
      this.kept.lookSoon()
      this.saveAll()
      this.background(this.quota.keep())
      this.chore()
    })
  }

  private saveAll(): void {
    this.saving.kickAll(this.options.circles().map(({ id }) => id))
  }

  private background(work: Promise<void>): void {
    void this.quietly(work)
  }

  private quietly(work: Promise<void>): Promise<void> {
    return work.catch(this.options.failed)
  }

  private sweepOptions(): SweepOptions {
    const { catalog, book, stock } = this
    const { circles, blobs, clock } = this.options
    const pause = (): Promise<void> =>
      new Promise((resolve) => {
        clock.after(0, resolve)
      })
    const isKept = (circle: CircleId, id: BlobId): boolean => this.kept.isKept(circle, id)
    return { blobs, catalog, book, stock, isKept, circles, pause, isStopped: () => this.stopped }
  }

  // ---- putting it together: what is made later is reached when it is needed

  private makeQuota(): Quota {
    const { blobs, diskBytes, clock } = this.options
    return new Quota({
      blobs,
      clock,
      diskBytes,
      limit: () => this.settings.get().quotaBytes,
      evictable: () => this.stock.evictable(),
      passing: (limit) => this.stock.passing(limit),
      evict: (circle, id) => this.stock.evict(circle, id),
    })
  }

  private makeEvents(): FileEvents {
    const { clock, emit, isHeard, failed } = this.options
    return new FileEvents({
      clock,
      emit,
      isHeard,
      viewOf: (circle, id) => this.outgoing.view(id) ?? this.views.find(circle, id),
      failed,
    })
  }

  private makeHost(): FileHost {
    const { catalog, book, open, quota } = this
    return new FileHost({
      clock: this.options.clock,
      catalog,
      book,
      open,
      quota,
      circles: this.options.circles,
      stock: () => this.stock,
      delivered: () => this.delivered,
      kept: this.kept,
      atKeepers: () => this.atKeepers,
      fault: this.options.tell,
      refused: (cause) => this.refused(cause),
    })
  }

  private refused(cause: unknown): Fault | undefined {
    return chunksRefused(this.options.chunksIn, cause)
  }

  private makeDelivered(): Delivered {
    const { clock, circles, isUp, failed } = this.options
    const circle = (id: CircleId): CircleRuntime | undefined => circles().find((one) => one.id === id)
    return new Delivered({ book: this.book, transfers: this.transfers, clock, circle, isUp, failed })
  }

  private makeIncoming(): Incoming {
    const { catalog, open, transfers, quota } = this
    const { clock, failed } = this.options
    return new Incoming({
      catalog,
      open,
      transfers,
      quota,
      saving: {
        along: (circle, id, add) => this.saving.along(circle, id, add),
        makeRoom: () => this.saving.makeRoom(),
      },
      clock,
      whole: (circle, id) => {
        this.stock.whole(circle, id)
      },
      changed: (circle, id) => {
        this.stock.tell(circle, id)
      },
      mended: (circle, id) => {
        this.stock.mended(circle, id)
      },
      refused: (cause) => this.refused(cause),
      failed,
    })
  }

  private makeToRead(): FilesToRead {
    const { catalog, book, open, incoming } = this
    return filesToRead({
      ...{ ...this.options, catalog, book, open, incoming },
      stock: () => this.stock,
      isStopped: () => this.stopped,
    })
  }

  private makeStock(): Stock {
    const { catalog, book, held, open, incoming, saving, delivered, events, quota, transfers } = this
    const { clock, circles, tell, failed } = this.options
    return new Stock({
      ...{ catalog, book, held, open, incoming, saving, delivered, events, quota, clock, circles, failed },
      settings: () => this.settings.get(),
      isRead: (circle, id) => this.reading.isRead(circle, id),
      changed: (circle, id) => {
        transfers.changed(circle, id)
      },
      fault: (fault, circle) => {
        tell(fault, { circle })
      },
    })
  }

  private makeChoices(): Choices {
    const { book, stock, incoming, saving, events, transfers } = this
    return new Choices({
      ...{ book, stock, incoming, saving, events },
      changed: (circle, id) => {
        transfers.changed(circle, id)
      },
    })
  }
}
