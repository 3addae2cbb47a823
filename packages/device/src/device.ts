/** The device of one home behind its faces: the life of the vault here, everything else while it is unlocked. */
import { nodePrimitives, systemClock, systemRandom } from '@triode/crypto'
import { CallerFault, type InvitationId, type MessageId } from '@triode/core'
import type { Channel } from '@triode/channels'
import {
  createVault,
  KDF_FIPS,
  openVault,
  restoreVault,
  wipe,
  type LockedVault,
  type Vault,
} from '@triode/vault'
import { backupTo } from './backupFile.ts'
import { makeChannels } from './makeChannels.ts'
import { Circles } from './circles.ts'
import { Messaging } from './messaging.ts'
import { mapVaultFault } from './vaultFaults.ts'
import { Unlocked } from './unlocked.ts'
import { badDuration, checkNickname, closed, locked, noVault } from './stateFaults.ts'
import type * as service from './service.ts'
import { channelView } from './views.ts'

const primitives = nodePrimitives()
/** What whoever runs this device keeps in its home (spec §13.1). */
const OTHERS_FILES = ['api.json']

type State =
  | { readonly name: 'new' }
  | { readonly name: 'locked'; readonly vault: LockedVault }
  | { readonly name: 'unlocked'; readonly unlocked: Unlocked }
  /** On the way to 'locked' or away: takes no calls any more. */
  | { readonly name: 'stopping'; readonly vault: Vault }
  | { readonly name: 'closed' }

/** See OpenDevice. */
// eslint-disable-next-line @typescript-eslint/require-await -- what it throws has to be a rejection
export async function openDevice(options: service.DeviceOptions): Promise<service.DeviceService> {
  return new Device(options)
}

class Device implements service.DeviceService {
  private readonly options: service.DeviceOptions
  private readonly listeners = new Set<(event: service.DeviceEvent) => void>()
  private state: State
  private channels: readonly Channel[] = []
  private cancelIdle: (() => void) | undefined
  private idleLockMs: number | null = null
  /** Calls that are being worked on: while there are any, the device is in use. */
  private calls = 0
  /** The last change of state that was asked for: they happen one after another. */
  private turn: Promise<unknown> = Promise.resolve()
  private closing: Promise<void> | undefined

  constructor(options: service.DeviceOptions) {
    // Thrown now rather than at the first unlock.
    makeChannels(options)
    this.options = options
    this.state = openState(options.home)
  }

  // ---- the device

  async status(): Promise<service.DeviceStatus> {
    const { state } = this
    if (state.name === 'closed') throw closed()
    const { version, home } = this.options
    const unlocked = state.name === 'unlocked' ? state.unlocked : undefined
    const name = unlocked?.settings.name
    return Promise.resolve({
      state: state.name === 'stopping' ? 'locked' : state.name,
      version,
      home,
      ...(name !== undefined && { name }),
      circles: unlocked?.circles.length ?? 0,
      tunnels: unlocked?.network.peers().length ?? 0,
      channels: this.channels.map(channelView),
      ...(state.name !== 'new' && {
        vault: {
          kdf: this.kdf(),
          restored: (unlocked?.vault.restoredCount ?? 0) > 0,
          readOnly: unlocked?.vault.isReadOnly ?? false,
          ...(unlocked !== undefined && { idleLockMs: unlocked.settings.idleLockMs }),
        },
      }),
    })
  }

  init({ passphrase, name, kdf }: service.InitInput): Promise<void> {
    return this.inTurn(async () => {
      this.refuseExisting()
      if (name !== undefined) checkNickname(name)
      const options = { ...vaultOptions(), ...(kdf === 'pbkdf2' && { kdf: KDF_FIPS }) }
      await this.use(createVault(this.options.home, passphrase, options), name)
    })
  }

  unlock(passphrase: string): Promise<void> {
    return this.inTurn(async () => {
      const { state } = this
      if (state.name === 'unlocked') state.unlocked.vault.checkPassphrase(passphrase)
      else if (state.name === 'locked') {
        await this.use(state.vault.unlock(passphrase))
        this.emit({ type: 'unlock' })
      } else throw noVault()
    })
  }

  lock(): Promise<void> {
    return this.inTurn(() => this.lockNow())
  }

  setIdleLock(afterMs: number | null): Promise<void> {
    return this.work(({ settings }) => {
      if (afterMs !== null && !(Number.isSafeInteger(afterMs) && afterMs > 0)) throw badDuration()
      settings.idleLockMs = afterMs
      this.idleLockMs = afterMs
    })
  }

  changePassphrase(current: string, next: string): Promise<void> {
    return this.work(({ vault }) => {
      vault.changePassphrase(current, next)
    })
  }

  backup(file: string, passphrase?: string): Promise<service.BackupResult> {
    return this.work(({ vault }) => backupTo(vault, file, passphrase))
  }

  restore(file: string, passphrase: string): Promise<void> {
    return this.inTurn(async () => {
      this.refuseExisting()
      const options = { ...vaultOptions(), butFor: OTHERS_FILES }
      await this.use(await restoreVault(file, this.options.home, passphrase, options))
    })
  }

  wipe(): Promise<void> {
    return this.inTurn(async () => {
      if (this.state.name === 'new') throw noVault()
      await this.lockNow()
      if (this.state.name === 'locked') this.state.vault.close()
      try {
        wipe(this.options.home)
      } finally {
        // When it failed half-way there may be a vault still.
        this.state = openState(this.options.home)
      }
      this.emit({ type: 'lock' })
    })
  }

  close(): Promise<void> {
    this.closing ??= this.inTurn(async () => {
      await this.lockNow()
      if (this.state.name === 'locked') this.state.vault.close()
      this.state = { name: 'closed' }
      this.listeners.clear()
    })
    return this.closing
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

  leaveCircle(circle: service.CircleRef): Promise<void> {
    return this.circlesWork((circles) => circles.leave(circle))
  }

  invite(input: service.InviteInput): Promise<service.InvitationMade> {
    return this.circlesWork((circles) => circles.invite(input))
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

  peers(circle?: service.CircleRef): Promise<service.Peer[]> {
    return this.circlesWork((circles) => circles.peers(circle))
  }

  // ---- conversations and messages

  resolve(where: service.Where): Promise<service.Resolved> {
    return this.messagingWork((messaging) => messaging.resolve(where))
  }

  conversations(circle?: service.CircleRef): Promise<service.Conversation[]> {
    return this.messagingWork((messaging) => messaging.conversations(circle))
  }

  createRoom(input: service.CreateRoomInput): Promise<service.Conversation> {
    return this.messagingWork((messaging) => messaging.createRoom(input))
  }

  async send(input: service.SendInput): Promise<service.Sent> {
    const sent = await this.messagingWork((messaging) => messaging.send(input))
    // Tunnels write at the end of this turn of the event loop: the message leaves first, then the caller is answered.
    await endOfTurn()
    return sent
  }

  messages(input: service.MessagesInput): Promise<service.MessagePage> {
    return this.messagingWork((messaging) => messaging.page(input))
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
    })
  }

  setExpiry(where: service.Where, afterMs: number | null): Promise<void> {
    return this.messagingWork((messaging) => {
      messaging.setExpiry(where, afterMs)
    })
  }

  search(input: service.SearchInput): Promise<service.SearchResult> {
    return this.messagingWork((messaging) => messaging.search(input))
  }

  draft(where: service.Where): Promise<service.Draft | undefined> {
    return this.messagingWork((messaging) => messaging.draft(where))
  }

  setDraft(where: service.Where, draft: service.Draft | undefined): Promise<void> {
    return this.messagingWork((messaging) => {
      messaging.setDraft(where, draft)
    })
  }

  // ---- events

  subscribe(listener: (event: service.DeviceEvent) => void): () => void {
    this.listeners.add(listener)
    return () => {
      this.listeners.delete(listener)
    }
  }

  private emit(event: service.DeviceEvent): void {
    for (const listener of this.listeners) listener(event)
  }

  // ---- inside

  /** Runs `work` on the unlocked device and counts as use of it. @throws CallerFault 'no-vault' | 'locked' */
  private async work<T>(work: (unlocked: Unlocked) => T | Promise<T>): Promise<T> {
    const { state } = this
    if (state.name === 'closed') throw closed()
    if (state.name === 'new') throw noVault()
    if (state.name !== 'unlocked') throw locked()
    this.calls++
    this.watchIdle()
    try {
      return await this.guarded(() => work(state.unlocked))
    } finally {
      this.calls--
      this.watchIdle()
    }
  }

  /** Changes the state once earlier changes are done. @throws Unavailable 'closed' */
  private inTurn(change: () => Promise<void>): Promise<void> {
    const run = this.turn.then(() => {
      if (this.state.name === 'closed') throw closed()
      return this.guarded(change)
    })
    this.turn = run.catch(() => undefined)
    return run
  }

  private async lockNow(): Promise<void> {
    if (this.state.name !== 'unlocked') return
    const { unlocked } = this.state
    this.state = { name: 'stopping', vault: unlocked.vault }
    this.watchIdle()
    try {
      await unlocked.stop()
    } finally {
      // Whatever went wrong with the network: the keys go.
      this.state = { name: 'locked', vault: unlocked.vault.lock() }
      this.channels = []
    }
    this.emit({ type: 'lock' })
  }

  private circlesWork<T>(work: (circles: Circles) => T | Promise<T>): Promise<T> {
    return this.work((unlocked) => work(new Circles(unlocked, this.circlesContext())))
  }

  private messagingWork<T>(work: (messaging: Messaging) => T | Promise<T>): Promise<T> {
    return this.work((unlocked) =>
      work(
        new Messaging(unlocked, systemClock, (event) => {
          this.emit(event)
        }),
      ),
    )
  }

  private circlesContext(): ConstructorParameters<typeof Circles>[1] {
    return {
      primitives,
      clock: systemClock,
      random: systemRandom,
      emit: (event) => {
        this.emit(event)
      },
    }
  }

  private async guarded<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (fault) {
      throw mapVaultFault(fault)
    }
  }

  /** Starts everything on an unlocked vault; when that fails, the vault is locked again. */
  private async use(vault: Vault, name?: string): Promise<void> {
    try {
      const unlocked = this.unlocked(vault)
      if (name !== undefined) unlocked.settings.name = name
      this.state = { name: 'unlocked', unlocked }
      this.idleLockMs = unlocked.settings.idleLockMs
      await unlocked.start()
      this.watchIdle()
    } catch (fault) {
      if (this.state.name === 'unlocked') await this.lockNow()
      else this.state = { name: 'locked', vault: vault.lock() }
      throw fault
    }
  }

  private unlocked(vault: Vault): Unlocked {
    const { channels, discovery } = makeChannels(this.options)
    this.channels = channels
    return new Unlocked({
      vault,
      channels,
      discovery,
      clock: systemClock,
      random: systemRandom,
      primitives,
      emit: (event) => {
        this.emit(event)
      },
      isHeard: () => this.listeners.size > 0,
    })
  }

  /** Counts anew how long nobody has called. */
  private watchIdle(): void {
    this.cancelIdle?.()
    this.cancelIdle = undefined
    if (this.state.name !== 'unlocked' || this.idleLockMs === null || this.calls > 0) return
    this.cancelIdle = systemClock.after(this.idleLockMs, () => {
      this.lock().catch(() => undefined)
    })
  }

  private refuseExisting(): void {
    if (this.state.name === 'new') return
    throw new CallerFault('vault-exists', {
      message: 'There is a vault in this home already.',
      remedy: 'Use another home, or wipe this one first.',
    })
  }

  private kdf(): service.Kdf {
    const { state } = this
    if (state.name === 'new' || state.name === 'closed') return 'argon2id'
    const vault = state.name === 'unlocked' ? state.unlocked.vault : state.vault
    return vault.kdfName === 'pbkdf2-hmac-sha512' ? 'pbkdf2' : 'argon2id'
  }
}

function endOfTurn(): Promise<void> {
  return new Promise((resolve) => {
    systemClock.after(0, resolve)
  })
}

function vaultOptions() {
  return { primitives, random: systemRandom, clock: systemClock }
}

function openState(home: string): State {
  try {
    return { name: 'locked', vault: openVault(home, vaultOptions()) }
  } catch (fault) {
    if (fault instanceof CallerFault && fault.code === 'vault-absent') return { name: 'new' }
    throw mapVaultFault(fault)
  }
}
