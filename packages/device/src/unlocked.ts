/** Everything that exists only while the vault is unlocked; locking stops and forgets all of it. */
import {
  createSuite,
  eraseCircle,
  type BlobStore,
  type CircleId,
  type Clock,
  type Fault,
  KEEPER_TERMS,
  type KeeperTerms,
  type ParticipantEvent,
  type Primitives,
  type Random,
} from '@triode/core'
import type { Channel, DhtChannel, Discovery, TcpChannel, TorChannel } from '@triode/channels'
import { createSearchIndex, type MemorySearchIndex, type Vault } from '@triode/vault'
import { Audit } from './audit/audit.ts'
import { CardPace } from './circle/cardPace.ts'
import { ChangedConversations } from './conversation/changedConversations.ts'
import { Chores } from './chores.ts'
import { ChunkWorkers } from './files/chunkWorkers.ts'
import type { Files } from './files/files.ts'
import { openFiles } from './files/openFiles.ts'
import { Forwarding } from './forward/forwarding.ts'
import { CircleRecords, type CircleRecord } from './circle/circleRecord.ts'
import type { CircleRuntime, CircleRuntimeContext } from './circle/circleRuntime.ts'
import { Housekeeping } from './housekeeping.ts'
import { sayLastWords } from './network/lastWords.ts'
import { leadsFar } from './network/leadsFar.ts'
import { Network, type NetworkEvents } from './network/network.ts'
import { fillSearch } from './conversation/fillSearch.ts'
import { participantEvents } from './conversation/participantEvents.ts'
import type { PeerTunnel } from './network/peerTunnel.ts'
import { PendingJoins, type RunningJoin } from './joining/pendingJoins.ts'
import { RunningCircles } from './circle/runningCircles.ts'
import type { DeviceEvent } from './service.ts'
import { Settings } from './settings.ts'
import { FILES_STOP_MS } from './tuning.ts'
import { channelView, peerView } from './views.ts'
import { DiskRoom } from './diskRoom.ts'
import { endAll } from './endAll.ts'
import { faultFields } from './faultWords.ts'
import { within } from './within.ts'

type FaultAbout = Parameters<NetworkEvents['refused']>[1]

export interface UnlockedOptions {
  readonly vault: Vault
  readonly channels: readonly Channel[]
  readonly discovery: Discovery | undefined
  readonly dht: DhtChannel | undefined
  readonly tor: TorChannel | undefined
  readonly tcp: TcpChannel | undefined
  readonly clock: Clock
  readonly random: Random
  readonly primitives: Primitives
  readonly keeper?: Partial<KeeperTerms>
  readonly fileThreads?: number
  readonly emit: (event: DeviceEvent) => void
  /** Whether anybody listens to events: without, none are made. */
  readonly isHeard: () => boolean
  /** Somebody makes use of the device otherwise than by a call: goes on to read a file. */
  readonly used: () => void
}

/** After these a conversation is shown otherwise in a list. */
const CHANGES_CONVERSATION: ReadonlySet<string> = new Set(['changes', 'own-state', 'history', 'missing'])

export class Unlocked {
  readonly vault: Vault
  readonly audit: Audit
  readonly settings: Settings
  readonly records: CircleRecords
  readonly search: MemorySearchIndex
  readonly network: Network
  readonly files: Files
  readonly running: RunningCircles
  /** Circles that are being joined, by which secret. */
  readonly joins = new Map<CircleId, RunningJoin>()
  private readonly options: UnlockedOptions
  private readonly changed: ChangedConversations
  private readonly chunkWorkers: ChunkWorkers
  private readonly cardPace: CardPace
  private readonly diskRoom: DiskRoom
  private readonly chores: Chores
  private readonly housekeeping: Housekeeping
  /** Of what becomes of asking the router. */
  private stopWatching: (() => void) | undefined
  private stopped = false
  private readonly told = new WeakSet<Fault>()

  constructor(options: UnlockedOptions) {
    this.options = options
    this.vault = options.vault
    this.settings = new Settings(options.vault.store)
    this.records = new CircleRecords(options.vault.store)
    this.audit = new Audit({ ...options, hasCircles: this.records.all().length > 0 })
    this.search = createSearchIndex()
    this.chunkWorkers = new ChunkWorkers(
      options.primitives,
      options.fileThreads === undefined ? {} : { threads: options.fileThreads },
    )
    this.cardPace = new CardPace(options.clock, options.random)
    this.diskRoom = new DiskRoom(options.vault.dir, options.clock)
    this.chores = new Chores(options.clock, 'housekeeping-failed', (fault) => {
      options.emit({ type: 'fault', ...faultFields(fault) })
    })
    this.housekeeping = new Housekeeping({
      clock: options.clock,
      chores: this.chores,
      circles: () => this.running.values(),
      hourly: () => {
        this.sweepJoins()
      },
    })
    this.changed = new ChangedConversations({
      clock: options.clock,
      emit: options.emit,
      failed: (cause) => {
        this.chores.failed(cause)
      },
    })
    this.files = openFiles({
      ...options,
      chunkWorkers: this.chunkWorkers,
      audit: this.audit,
      circles: () => this.circles,
      isUp: (circle, device) => this.network.isUp(circle, device),
      tell: (fault, about) => {
        this.tell(fault, about)
      },
    })
    const forwarding = new Forwarding({
      clock: options.clock,
      random: options.random,
      circle: (id) => this.running.get(id),
      peers: (circle) => this.network.peers(circle),
    })
    this.network = new Network({
      channels: [...options.channels, forwarding.channel],
      forwarding,
      discovery: options.discovery,
      dht: options.dht,
      tor: options.tor,
      tcp: options.tcp,
      circles: () => this.running.values(),
      clock: options.clock,
      random: options.random,
      streams: [this.files.transfers, forwarding],
      events: {
        up: (peer) => {
          this.noteSeen(peer)
          this.emitPeer('peer-up', peer)
        },
        down: (peer, fault) => {
          this.noteSeen(peer)
          this.emitPeer('peer-down', peer, fault)
        },
        refused: (fault, about) => {
          this.tell(fault, about)
        },
      },
    })
    this.running = new RunningCircles({
      store: this.vault.store,
      records: this.records,
      audit: this.audit,
      contextOf: (record) => this.contextOf(record),
      forgetFiles: (circle) => this.files.following.forgetCircle(circle),
      closing: (circle) => {
        this.changed.forget(circle)
        this.network.dropCircle(circle.id)
      },
      emit: options.emit,
      failed: (cause) => {
        this.chores.failed(cause)
      },
    })
    this.running.openStored()
  }

  get circles(): readonly CircleRuntime[] {
    return [...this.running.values()]
  }

  get blobs(): BlobStore {
    return this.vault.blobs(this.chunkWorkers)
  }

  /** Of an invitation with these addresses: whether it leads here from outside this network. */
  leadsFar(addresses: readonly string[]): boolean {
    return leadsFar(this.options.channels, addresses)
  }

  circle(id: CircleId): CircleRuntime | undefined {
    return this.running.get(id)
  }

  async start(): Promise<void> {
    const { dht, tcp, emit } = this.options
    dht?.configure(this.settings.dht)
    tcp?.prefer(this.settings.tcpPorts)
    tcp?.configure(this.settings.tcpMapping)
    this.stopWatching = tcp?.watchMapping(() => {
      emit({ type: 'channel', channel: channelView(tcp) })
    })
    await this.network.start(this.settings.channelsOff)
    this.keepPorts()
    this.files.start()
    this.housekeeping.start()
    fillSearch(this.circles, this.options.clock, () => this.stopped).catch((cause: unknown) => {
      if (!this.stopped) this.chores.failed(cause)
    })
  }

  async stop(): Promise<void> {
    this.stopped = true
    this.stopWatching?.()
    this.housekeeping.stop()
    this.changed.stop()
    const { clock } = this.options
    // A disk that fails, or a share that does not answer, must not keep the tunnels up, and with them the keys in memory.
    await endAll([
      () => sayLastWords(this.running.values(), (circle) => this.network.peers(circle), clock),
      () => within(clock, FILES_STOP_MS, () => this.files.stop()),
      () => {
        this.running.stop()
      },
      () => this.network.stop(),
      () => within(clock, FILES_STOP_MS, () => this.chunkWorkers.close()),
      () => {
        this.running.clear()
        this.search.close()
      },
    ])
  }

  /** Others know this device by the ports that it has: they are asked for again at the next start. */
  keepPorts(): void {
    const ports = this.options.tcp?.freePorts ?? new Map<string, number>()
    const known = this.settings.tcpPorts
    if ([...ports].every(([host, port]) => known.get(host) === port)) return
    try {
      this.settings.tcpPorts = new Map([...known, ...ports])
    } catch (cause) {
      this.chores.failed(cause)
    }
  }

  private contextOf(record: CircleRecord): CircleRuntimeContext {
    const { options } = this
    return {
      suite: createSuite(record.suite as never, options.primitives),
      primitives: options.primitives,
      store: this.vault.store,
      clock: options.clock,
      random: options.random,
      search: this.search,
      storeIncarnation: this.vault.incarnation,
      audit: this.audit,
      cardPace: this.cardPace,
      keeperTerms: { ...KEEPER_TERMS, ...options.keeper },
      freeBytes: () => this.diskRoom.freeBytes(),
      files: (circle) => this.files.atKeepers.of(circle),
      onEvent: (circle, event) => {
        this.onEvent(circle, event)
      },
    }
  }

  /** Erases what attempts to join left behind whose invitations have expired. */
  sweepJoins(): void {
    const { store } = this.vault
    store.transaction(() => {
      for (const circle of new PendingJoins(store).sweep(this.options.clock.now()))
        if (!this.running.has(circle)) eraseCircle(store, circle)
    })
  }

  // ---- events

  private onEvent(circle: CircleRuntime, event: ParticipantEvent): void {
    const { emit } = this.options
    if (event.type === 'roster') {
      this.audit.tryCircle(circle.auditView())
      this.running.rosterChanged(circle)
      this.network.dropEnded(circle)
      emit({ type: 'roster', circle: circle.id })
      this.network.wake()
      return
    }
    this.followFiles(circle, event)
    if (event.type === 'fault') {
      const { device, fault } = event
      this.tell(fault, { circle: circle.id, ...(device !== undefined && { device }) })
      return
    }
    if (!this.options.isHeard()) return
    for (const made of participantEvents(circle, event, this.options.clock.now())) emit(made)
    if (CHANGES_CONVERSATION.has(event.type) && 'conversation' in event)
      this.changed.note(circle, event.conversation)
  }

  /** What messages name is fetched and let go of whether anybody listens or not. */
  private followFiles(circle: CircleRuntime, event: ParticipantEvent): void {
    try {
      if (event.type === 'changes') this.files.following.changes(circle, event.conversation, event.changes)
      if (event.type === 'history') this.files.following.history(circle, event.conversation)
    } catch (cause) {
      this.chores.failed(cause)
    }
  }

  /** Each fault once: what ends a sync ends its tunnel too. */
  private tell(fault: Fault, about: FaultAbout): void {
    if (this.told.has(fault)) return
    this.told.add(fault)
    this.audit.fault(fault, about)
    this.options.emit({ type: 'fault', ...faultFields(fault), ...about })
  }

  private emitPeer(type: 'peer-up' | 'peer-down', peer: Parameters<typeof peerView>[1], fault?: Fault): void {
    const circle = this.running.get(peer.circle)
    if (circle === undefined) return
    const view = peerView(circle, peer)
    if (type === 'peer-up') this.options.emit({ type, peer: view })
    else this.options.emit({ type, peer: view, ...(fault !== undefined && { reason: fault.message }) })
  }

  private noteSeen({ circle, device }: PeerTunnel): void {
    try {
      this.running.get(circle)?.lastSeen.note(device, this.options.clock.now())
    } catch (cause) {
      this.chores.failed(cause)
    }
  }
}
