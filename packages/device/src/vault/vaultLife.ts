/** The life of a device's vault: made, unlocked, locked, moved, wiped; and who may work on it meanwhile. */
import { rmSync } from 'node:fs'
import { CallerFault } from '@triode/core'
import { systemRandom } from '@triode/crypto'
import { isInNetwork, type Channel } from '@triode/channels'
import { createVault, KDF_FIPS, restoreVault, wipe, type Vault } from '@triode/vault'
import { backupTo } from './backupFile.ts'
import { BegunBackups } from './begunBackups.ts'
import { setChannel } from '../network/channelSwitch.ts'
import { clockOf, kdfOf, openState, primitives, vaultOptions, type State } from './deviceState.ts'
import { diagnosticsText } from '../diagnosis/diagnostics.ts'
import { examine, namedNetwork } from '../diagnosis/doctor.ts'
import { IdleLock } from './idleLock.ts'
import { keepingReport } from '../keeping.ts'
import { makeChannels, torFolder } from '../network/makeChannels.ts'
import type * as service from '../service.ts'
import { badDuration, checkNickname, closed, locked, noVault } from './stateFaults.ts'
import { RecentFaults } from '../diagnosis/recentFaults.ts'
import { storageReport } from '../storage.ts'
import { LATE_DRAFTS_MS, WRITING_MS } from '../tuning.ts'
import { Unlocked } from '../unlocked.ts'
import { worded } from '../faultWords.ts'
import { mapVaultFault } from './vaultFaults.ts'
import { channelView } from '../views.ts'
import { Warnings } from '../diagnosis/warnings.ts'

/** What whoever runs this device keeps in its home (spec §13.1). */
const OTHERS_FILES = ['api.json']

export class VaultLife implements service.VaultService {
  private readonly options: service.DeviceOptions
  private readonly listeners = new Set<(event: service.DeviceEvent) => void>()
  private readonly idle: IdleLock
  private readonly warnings: Warnings
  private readonly faults: RecentFaults
  private readonly begun = new BegunBackups()
  private state: State
  private lockedBy: service.LockReason | undefined
  /** When somebody said last that they write, on the clock's monotonic time. */
  private wroteAt = -Infinity
  private channels: readonly Channel[] = []
  /** The last change of state that was asked for: they happen one after another. */
  private turn: Promise<unknown> = Promise.resolve()
  private closing: Promise<void> | undefined

  /** @throws as OpenDevice */
  constructor(options: service.DeviceOptions) {
    // Thrown now rather than at the first unlock.
    makeChannels(options)
    this.options = options
    this.warnings = new Warnings(clockOf(options))
    this.faults = new RecentFaults(clockOf(options))
    this.idle = new IdleLock(clockOf(options), () => {
      this.inTurn(() => this.lockNow('idle')).catch(() => undefined)
    })
    this.state = openState(options)
  }

  async status(): Promise<service.DeviceStatus> {
    const { state, lockedBy } = this
    if (state.name === 'closed') throw closed()
    const { version, home } = this.options
    const unlocked = state.name === 'unlocked' ? state.unlocked : undefined
    const name = unlocked?.settings.name
    const warnings = state.name === 'stopping' ? [] : this.warnings.list()
    const unreached = unlocked?.network.unreached()
    return Promise.resolve({
      state: state.name === 'stopping' ? 'locked' : state.name,
      version,
      home,
      ...(name !== undefined && { name }),
      circles: unlocked?.circles.length ?? 0,
      tunnels: unlocked?.network.peers().length ?? 0,
      channels: this.channels.map(channelView),
      ...(!isInNetwork() && { offline: true }),
      ...(unreached !== undefined && { unreached }),
      ...(warnings.length > 0 && { warnings }),
      ...(state.name !== 'new' && {
        vault: {
          kdf: kdfOf(state),
          restored: (unlocked?.vault.restoredCount ?? 0) > 0,
          readOnly: unlocked?.vault.isReadOnly ?? false,
          ...(unlocked !== undefined && { idleLockMs: unlocked.settings.idleLockMs }),
          ...(unlocked === undefined && lockedBy !== undefined && { lockedBy }),
        },
      }),
    })
  }

  doctor(): Promise<service.Finding[]> {
    return this.work(async ({ circles, network }) =>
      examine(
        await this.status(),
        circles.map((circle) => namedNetwork(circle, network)),
      ),
    )
  }

  async diagnostics(): Promise<string> {
    const status = await this.status()
    const { state, faults } = this
    const unlocked = state.name === 'unlocked' ? state.unlocked : undefined
    const storage = unlocked && (await guarded(() => storageReport(unlocked)))
    return diagnosticsText({
      status,
      now: clockOf(this.options).now(),
      faults: faults.list(),
      ...(unlocked &&
        storage && {
          unlocked: { circles: unlocked.circles, peers: unlocked.network.peers(), storage },
        }),
    })
  }

  async keeping(): Promise<service.KeepingReport> {
    const { state, options } = this
    const unlocked = state.name === 'unlocked' ? state.unlocked : undefined
    return keepingReport(await this.status(), options.keeper, unlocked)
  }

  init({ passphrase, name, kdf }: service.InitInput): Promise<void> {
    return this.inTurn(async () => {
      this.refuseExisting()
      if (name !== undefined) checkNickname(name)
      const options = { ...vaultOptions(this.options), ...(kdf === 'pbkdf2' && { kdf: KDF_FIPS }) }
      await this.use(createVault(this.options.home, passphrase, options), { name })
    })
  }

  unlock(passphrase: string): Promise<void> {
    return this.inTurn(async () => {
      const { state } = this
      if (state.name === 'unlocked') checkPassphrase(state.unlocked, passphrase)
      else if (state.name === 'locked') {
        await this.use(state.vault.unlock(passphrase), { unlocked: true })
        this.emit({ type: 'unlock' })
      } else throw noVault()
    })
  }

  lock(): Promise<void> {
    return this.inTurn(() => this.lockNow('asked'))
  }

  setName(name: string | null): Promise<void> {
    return this.work(({ settings }) => {
      if (name !== null) checkNickname(name)
      settings.name = name ?? undefined
    })
  }

  setIdleLock(afterMs: number | null): Promise<void> {
    return this.work(({ settings }) => {
      if (afterMs !== null && !(Number.isSafeInteger(afterMs) && afterMs > 0)) throw badDuration()
      settings.idleLockMs = afterMs
      this.idle.watch(afterMs)
    })
  }

  setChannel(input: service.SetChannelInput): Promise<service.ChannelStatus> {
    return this.work((unlocked) => setChannel(unlocked, this.channels, input, this.emit))
  }

  changePassphrase(current: string, next: string): Promise<void> {
    return this.work((unlocked) => {
      const { vault, audit } = unlocked
      withWrongTries(unlocked, () => {
        audit.passphraseChanges(() => {
          vault.changePassphrase(current, next)
        })
      })
    })
  }

  backup(file: string, passphrase?: string): Promise<service.BackupResult> {
    return this.work(({ vault, audit }) =>
      backupTo(vault, file, passphrase, () => {
        audit.record({ event: 'backup-written' })
      }),
    )
  }

  beginBackup(passphrase?: string): Promise<service.BackupBegun> {
    return this.work(({ vault }) =>
      this.begun.add(vault.beginBackup(passphrase), (start) =>
        this.work(async ({ audit }) => {
          const write = start()
          audit.record({ event: 'backup-written' })
          await write()
        }),
      ),
    )
  }

  restore(from: string | AsyncIterable<Uint8Array>, passphrase: string): Promise<void> {
    return this.inTurn(async () => {
      this.refuseExisting()
      const options = { ...vaultOptions(this.options), butFor: OTHERS_FILES }
      await this.use(await restoreVault(from, this.options.home, passphrase, options))
    })
  }

  wipe(): Promise<void> {
    return this.inTurn(async () => {
      if (this.state.name === 'new') throw noVault()
      await this.lockNow('wiped')
      if (this.state.name === 'locked') this.state.vault.close()
      try {
        rmSync(torFolder(this.options.home), { recursive: true, force: true })
        wipe(this.options.home)
      } finally {
        // When it failed half-way there may be a vault still.
        this.state = openState(this.options)
      }
      this.emit({ type: 'lock' })
    })
  }

  close(): Promise<void> {
    this.closing ??= this.inTurn(async () => {
      await this.lockNow('closed')
      if (this.state.name === 'locked') this.state.vault.close()
      this.state = { name: 'closed' }
      this.listeners.clear()
    })
    return this.closing
  }

  subscribe(listener: (event: service.DeviceEvent) => void): () => void {
    this.listeners.add(listener)
    return () => {
      this.listeners.delete(listener)
    }
  }

  protected readonly emit = (event: service.DeviceEvent): void => {
    this.warnings.note(event)
    this.faults.note(event)
    // It counts as locked from when that was asked for, though others may still talk to it.
    if (this.state.name === 'stopping' && event.type !== 'lock') return
    for (const listener of this.listeners) listener(event)
  }

  /** Runs `work` on the unlocked device and counts as use of it. @throws CallerFault 'no-vault' | 'locked' */
  protected async work<T>(work: (unlocked: Unlocked) => T | Promise<T>): Promise<T> {
    const unlocked = this.requireUnlocked()
    return this.idle.during(() => guarded(() => work(unlocked)))
  }

  /** As `work`, of what may wait for very long: that is no use of the device, only what `work` says is, and its beginning. */
  protected async waitingWork<T>(work: (unlocked: Unlocked) => T | Promise<T>): Promise<T> {
    const unlocked = this.requireUnlocked()
    this.idle.used()
    return guarded(() => work(unlocked))
  }

  /** @throws CallerFault 'no-vault' | 'locked'; Unavailable 'closed' */
  private requireUnlocked(): Unlocked {
    const { state } = this
    if (state.name === 'closed') throw closed()
    if (state.name === 'new') throw noVault()
    if (state.name !== 'unlocked' || this.idle.isOver()) throw locked()
    return state.unlocked
  }

  /** As `work`, and for a moment after a lock was asked for while somebody writes: what they wrote is not lost by it. */
  protected async lateWork<T>(work: (unlocked: Unlocked) => T): Promise<T> {
    const { state } = this
    const late = state.name === 'stopping' ? state.late : undefined
    return late === undefined ? this.work(work) : guarded(() => work(late))
  }

  protected noteWriting(): void {
    if (this.state.name === 'unlocked') this.wroteAt = clockOf(this.options).elapsed()
  }

  // ---- inside

  /** Changes the state once earlier changes are done. @throws Unavailable 'closed' */
  private inTurn(change: () => Promise<void>): Promise<void> {
    const run = this.turn.then(() => {
      if (this.state.name === 'closed') throw closed()
      return guarded(change)
    })
    this.turn = run.catch(() => undefined)
    return run
  }

  /** @param reason for the audit log */
  private async lockNow(reason: 'asked' | 'idle' | 'wiped' | 'closed' | 'failed'): Promise<void> {
    if (this.state.name !== 'unlocked') return
    const { unlocked } = this.state
    this.lockedBy = reason === 'wiped' || reason === 'closed' ? undefined : reason
    const { vault } = unlocked
    const isLate = this.lockedBy !== undefined && this.isWriting()
    this.state = { name: 'stopping', vault, ...(isLate && { late: unlocked }) }
    this.idle.rest()
    this.begun.dropAll()
    try {
      // Faces hide what they show at once, however long others take to let go.
      this.emit({ type: 'lock' })
      if (isLate) await this.lateDrafts()
      this.state = { name: 'stopping', vault }
      await unlocked.stop()
    } finally {
      unlocked.audit.locked(reason)
      // Whatever went wrong with the network: the keys go.
      this.state = { name: 'locked', vault: vault.lock() }
      this.channels = []
      this.warnings.clear()
    }
  }

  private isWriting(): boolean {
    return clockOf(this.options).elapsed() - this.wroteAt < WRITING_MS
  }

  /** A face hands over what was not sent: it can't know before it hears of the lock. */
  private lateDrafts(): Promise<void> {
    this.wroteAt = -Infinity
    return new Promise((resolve) => {
      clockOf(this.options).after(LATE_DRAFTS_MS, resolve)
    })
  }

  /** Starts everything on an unlocked vault; when that fails, the vault is locked again. */
  private async use(vault: Vault, how: { name?: string | undefined; unlocked?: true } = {}): Promise<void> {
    try {
      const unlocked = this.unlocked(vault)
      unlocked.audit.noteChangedPassphrase()
      unlocked.audit.noteWrongTries()
      if (how.unlocked === true) unlocked.audit.note({ event: 'vault-unlocked' })
      else unlocked.audit.begin()
      if (how.name !== undefined) unlocked.settings.name = how.name
      this.state = { name: 'unlocked', unlocked }
      await unlocked.start()
      // Nobody is there who would unlock a keeper again.
      this.idle.watch(this.options.keeper === undefined ? unlocked.settings.idleLockMs : null)
    } catch (fault) {
      if (this.state.name === 'unlocked') await this.lockNow('failed')
      else this.state = { name: 'locked', vault: vault.lock() }
      throw fault
    }
  }

  private unlocked(vault: Vault): Unlocked {
    const { channels, discovery, dht, tor, tcp } = makeChannels(this.options)
    this.channels = channels
    return new Unlocked({
      vault,
      channels,
      discovery,
      dht,
      tor,
      tcp,
      clock: clockOf(this.options),
      random: systemRandom,
      primitives,
      ...(this.options.keeper && { keeper: this.options.keeper }),
      ...(this.options.fileThreads !== undefined && { fileThreads: this.options.fileThreads }),
      emit: this.emit,
      isHeard: () => this.listeners.size > 0,
      used: () => {
        this.idle.used()
      },
    })
  }

  private refuseExisting(): void {
    if (this.state.name === 'new') return
    throw new CallerFault('vault-exists', {
      message: 'There is a vault in this home already.',
      remedy: 'Use another home, or wipe this one first.',
    })
  }
}

function checkPassphrase(unlocked: Unlocked, passphrase: string): void {
  withWrongTries(unlocked, () => {
    unlocked.vault.checkPassphrase(passphrase)
  })
}

/** Wrong passphrases that are given while it is unlocked are entered at once. */
function withWrongTries({ audit }: Unlocked, work: () => void): void {
  try {
    work()
  } finally {
    audit.noteWrongTries()
  }
}

async function guarded<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (fault) {
    throw worded(mapVaultFault(fault))
  }
}
