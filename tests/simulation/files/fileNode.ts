/** A simulated device with its files: what it has on its disk, and, while it runs, the real files on that and on its participant. */
import { tmpdir } from 'node:os'
import {
  type BlobId,
  type CircleId,
  type Clock,
  type DeviceId,
  type Fault,
  type FilesAtKeepers,
  type ParticipantEvent,
  type Suite,
} from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import {
  MemoryBlobDisk,
  MemoryBlobStore,
  tolerating,
  type SeededRandom,
  type SimulatedDevice,
} from '@triode/testkit'
import type { CircleRuntime } from '../../../packages/device/src/circle/circleRuntime.ts'
import { FileRecords, type FileRecord } from '../../../packages/device/src/files/fileRecords.ts'
import { Files } from '../../../packages/device/src/files/files.ts'
import type { FaultOfPeer, TransferHost } from '../../../packages/device/src/files/transfer/transferHost.ts'
import { Transfers } from '../../../packages/device/src/files/transfer/transfers.ts'

export interface FileNodeContext {
  readonly suite: Suite
  readonly random: SeededRandom
  readonly isUp: (node: FileNode, device: DeviceId) => boolean
  readonly told: (node: FileNode, fault: Fault, about: FaultOfPeer | { readonly circle?: CircleId }) => void
  readonly failed: (node: FileNode, cause: unknown) => void
  /** A timer threw. */
  readonly threw: (node: FileNode, cause: unknown) => void
  /** What transfers are given in place of the host: for who lies, and to watch who gets what. */
  readonly hostOf: (node: FileNode, host: TransferHost) => TransferHost
}

/** From a start to its end. */
export interface FileProcess {
  readonly files: Files
  readonly circle: CircleRuntime
  readonly blobs: MemoryBlobStore
  /** Whose process it is: the simulated device may have died, and another one run by now. */
  readonly of: SimulatedDevice['now']
  readonly life: { isAlive: boolean }
}

export class FileNode {
  readonly device: SimulatedDevice
  readonly disk = new MemoryBlobDisk()
  process: FileProcess | undefined
  /** Who may have what of it, as it says itself. */
  host: TransferHost | undefined
  /** It gives what does not match. */
  isLiar = false
  /** Something on its disk was damaged: it may give what does not match, and be named for that. */
  isDamaged = false
  /** What it had all of at some time, as it acknowledged. */
  readonly everWhole = new Set<BlobId>()
  private readonly context: FileNodeContext
  private starts = 0

  constructor(device: SimulatedDevice, context: FileNodeContext) {
    this.device = device
    this.context = context
  }

  get name(): string {
    return this.device.name
  }

  /** @throws Error when it does not run */
  get now(): FileProcess {
    if (this.process === undefined) throw new Error(`${this.name} does not run`)
    return this.process
  }

  /** The device has started. */
  start(): void {
    const { device, context } = this
    if (!device.running || this.process?.of === device.now) return
    const { suite } = context
    const of = device.now
    const circle = runtimeOf(device, suite)
    const blobs = new MemoryBlobStore(this.disk)
    const random = context.random.fork(`files ${this.name} ${this.starts++}`)
    const life = { isAlive: true }
    const clock: Clock = {
      now: () => device.clock.now(),
      elapsed: () => device.clock.elapsed(),
      after: (delayMs, work) =>
        device.clock.after(delayMs, () => {
          if (life.isAlive) this.timed(work)
        }),
    }
    const files = new Files({
      store: of.store,
      blobs,
      diskBytes: () => Promise.resolve(0),
      home: tmpdir(),
      chunksIn: tmpdir(),
      circles: () => (life.isAlive ? [circle] : []),
      isUp: (_circle, far) => context.isUp(this, far),
      clock,
      random,
      transfersFor: (host) => this.transfersOf(host, clock),
      emit: (event) => {
        if (event.type === 'file' && event.file.state === 'complete') this.everWhole.add(event.file.id)
      },
      isHeard: () => true,
      used: () => undefined,
      auditSaved: () => undefined,
      tell: (fault, about) => {
        if (life.isAlive) context.told(this, fault, about)
      },
      failed: (cause) => {
        if (life.isAlive) context.failed(this, cause)
      },
    })
    this.process = { files, circle, blobs, of, life }
    files.start()
  }

  /** What a timer does; nobody else would catch what it throws, and the process would end. */
  private timed(work: () => void): void {
    try {
      work()
    } catch (cause) {
      // It died in the middle of that.
      if (this.device.running && this.process?.of === this.device.now) this.context.threw(this, cause)
    }
  }

  private transfersOf(host: TransferHost, clock: Clock): Transfers {
    this.host = host
    return new Transfers({
      host: this.context.hostOf(this, host),
      clock,
      primitives: nodePrimitives(),
      traits: () => ({ costPerMiB: 0, typicalBytesPerSecond: 10_000_000, rank: 1 }),
    })
  }

  /** The process is gone, at whatever moment that is. */
  kill(): void {
    const { process } = this
    if (process === undefined) return
    process.life.isAlive = false
    process.blobs.end()
    this.process = undefined
    // What still runs of it reaches nothing.
    process.files.stop().catch(() => undefined)
  }

  follow(event: ParticipantEvent): void {
    const { process } = this
    if (process?.life.isAlive !== true || process.of !== this.device.now) return
    tolerating(() => {
      if (event.type === 'changes')
        process.files.following.changes(process.circle, event.conversation, event.changes)
      if (event.type === 'history') process.files.following.history(process.circle, event.conversation)
    })
  }

  /** Notes what it has all of now. */
  lookAround(): void {
    if (this.process === undefined || this.device.circle === undefined) return
    for (const [id, { whole }] of recordsOf(this)) if (whole) this.everWhole.add(id)
  }
}

/** What a device says of each blob, as it lies in its store. */
export function recordsOf({ device, now }: FileNode): ReadonlyMap<BlobId, FileRecord> {
  return new FileRecords(device.now.store, now.circle.id).all()
}

/** For the participant of a device, before and while its files are there. */
export function filesFor(nodeOf: () => FileNode | undefined, circle: () => CircleId): FilesAtKeepers {
  const there = (): FilesAtKeepers | undefined => nodeOf()?.process?.files.atKeepers.of(circle())
  return {
    owed: (...asked) => there()?.owed(...asked) ?? [],
    stands: (...said) => there()?.stands(...said),
    leftOnly: (...said) => there()?.leftOnly(...said),
    offered: (keeper) => there()?.offered(keeper),
    toHold: () => there()?.toHold(),
    complete: (author) => there()?.complete(author) ?? [],
    completeAt: (...said) => there()?.completeAt(...said),
    forget: () => there()?.forget(),
  }
}

/** What files use of a circle. */
function runtimeOf(device: SimulatedDevice, suite: Suite): CircleRuntime {
  const { participant, log } = device.now
  const { self, member, circle: id } = device
  const used = {
    id,
    self,
    member,
    suite,
    participant,
    get state() {
      return log.state()
    },
    get standing() {
      const isActive = log.state().devices.get(self)?.active === true
      return isActive ? { standing: 'active' } : { standing: 'removed', by: member, at: 0 }
    },
  }
  return used as unknown as CircleRuntime
}
