/** The device of one home behind its faces: the life of the vault here, everything else while it is unlocked. */
import { rm } from 'node:fs/promises'
import { nodePrimitives, systemClock, systemRandom } from '@triode/crypto'
import { CallerFault, Unavailable, type InvitationId, type MessageId } from '@triode/core'
import type { Channel, Discovery } from '@triode/channels'
import {
  createVault,
  KDF_FIPS,
  openVault,
  restoreVault,
  wipe,
  type LockedVault,
  type Vault,
} from '@triode/vault'
import { makeChannels } from './makeChannels.ts'
import { Circles } from './circles.ts'
import { Messaging } from './messaging.ts'
import { mapVaultFault } from './vaultFaults.ts'
import { Unlocked } from './unlocked.ts'
import type * as service from './service.ts'

const primitives = nodePrimitives()
/** What whoever runs this device keeps in its home (spec §13.1). */
const OTHERS_FILES = ['api.json']

type State =
  | { readonly name: 'new' }
  | { readonly name: 'locked'; readonly vault: LockedVault }
  | { readonly name: 'unlocked'; readonly unlocked: Unlocked }
  | { readonly name: 'closed' }

/** See OpenDevice. */
export function openDevice(options: service.DeviceOptions): Promise<service.DeviceService> {
  return Promise.resolve(new Device(options))
}

class Device implements service.DeviceService {
  private readonly options: service.DeviceOptions
  private readonly listeners = new Set<(event: service.DeviceEvent) => void>()
  private state: State
  private channels: readonly Channel[] = []
  private cancelIdle: (() => void) | undefined

  constructor(options: service.DeviceOptions) {
    this.options = options
    this.state = openState(options.home)
  }

  // ---- the device

  status(): Promise<service.DeviceStatus> {
    const { version, home } = this.options
    const unlocked = this.state.name === 'unlocked' ? this.state.unlocked : undefined
    const name = unlocked?.settings.name
    return Promise.resolve({
      state: this.state.name === 'closed' ? 'locked' : this.state.name,
      version,
      home,
      ...(name !== undefined && { name }),
      circles: unlocked?.circles.length ?? 0,
      tunnels: unlocked?.network.peers().length ?? 0,
      channels: this.channels.map(channelStatus),
      ...(this.state.name !== 'new' && {
        vault: {
          kdf: this.kdf(),
          restored: (unlocked?.vault.restoredCount ?? 0) > 0,
          readOnly: unlocked?.vault.isReadOnly ?? false,
          ...(unlocked !== undefined && { idleLockMs: unlocked.settings.idleLockMs }),
        },
      }),
    })
  }

  async init({ passphrase, name, kdf }: service.InitInput): Promise<void> {
    this.refuseExisting()
    const vault = await this.guarded(() =>
      createVault(this.options.home, passphrase, {
        ...vaultOptions(),
        ...(kdf === 'pbkdf2' && { kdf: KDF_FIPS }),
      }),
    )
    await this.use(vault, name)
  }

  async unlock(passphrase: string): Promise<void> {
    const { state } = this
    if (state.name === 'unlocked') {
      await this.guarded(() => {
        state.unlocked.vault.checkPassphrase(passphrase)
      })
      return
    }
    if (state.name !== 'locked') throw noVault()
    await this.use(await this.guarded(() => state.vault.unlock(passphrase)))
    this.emit({ type: 'unlock' })
  }

  async lock(): Promise<void> {
    if (this.state.name !== 'unlocked') return
    const { unlocked } = this.state
    this.cancelIdle?.()
    await unlocked.stop()
    this.state = { name: 'locked', vault: unlocked.vault.lock() }
    this.channels = []
    this.emit({ type: 'lock' })
  }

  setIdleLock(afterMs: number | null): Promise<void> {
    return this.work(({ settings }) => {
      settings.idleLockMs = afterMs
      this.watchIdle()
    })
  }

  changePassphrase(current: string, next: string): Promise<void> {
    return this.work(({ vault }) => {
      vault.changePassphrase(current, next)
    })
  }

  backup(file: string, passphrase?: string): Promise<service.BackupResult> {
    return this.work(async ({ vault }) => {
      const { bytes } = await vault.backup(file, passphrase)
      return { file, bytes }
    })
  }

  async restore(file: string, passphrase: string): Promise<void> {
    this.refuseExisting()
    const vault = await this.guarded(() =>
      restoreVault(file, this.options.home, passphrase, { ...vaultOptions(), butFor: OTHERS_FILES }),
    )
    await this.use(vault)
  }

  async wipe(): Promise<void> {
    if (this.state.name === 'new') throw noVault()
    const { state } = this
    if (state.name === 'unlocked') {
      await state.unlocked.stop()
      state.unlocked.vault.close()
    } else if (state.name === 'locked') state.vault.close()
    this.state = { name: 'new' }
    this.channels = []
    await this.guarded(() => {
      wipe(this.options.home)
    })
    await rm(this.options.home, { recursive: false, force: true }).catch(() => undefined)
    this.emit({ type: 'lock' })
  }

  async close(): Promise<void> {
    await this.lock()
    if (this.state.name === 'locked') this.state.vault.close()
    this.state = { name: 'closed' }
    this.listeners.clear()
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

  send(input: service.SendInput): Promise<service.Sent> {
    return this.messagingWork((messaging) => messaging.send(input))
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
    if (state.name === 'closed') throw new Unavailable('closed')
    if (state.name === 'new') throw noVault()
    if (state.name === 'locked') {
      throw new CallerFault('locked', {
        message: 'The device is locked.',
        remedy: 'Unlock it with its passphrase.',
      })
    }
    this.watchIdle()
    return this.guarded(() => work(state.unlocked))
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

  private async use(vault: Vault, name?: string): Promise<void> {
    let discovery: Discovery | undefined
    ;({ channels: this.channels, discovery } = makeChannels(this.options))
    const unlocked = new Unlocked({
      vault,
      channels: this.channels,
      discovery,
      clock: systemClock,
      random: systemRandom,
      primitives,
      emit: (event) => {
        this.emit(event)
      },
      isHeard: () => this.listeners.size > 0,
    })
    if (name !== undefined) unlocked.settings.name = name
    this.state = { name: 'unlocked', unlocked }
    await unlocked.start()
    this.watchIdle()
  }

  private watchIdle(): void {
    this.cancelIdle?.()
    const afterMs = this.state.name === 'unlocked' ? this.state.unlocked.settings.idleLockMs : null
    if (afterMs === null) return
    this.cancelIdle = systemClock.after(afterMs, () => {
      void this.lock()
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
    const vault =
      this.state.name === 'unlocked'
        ? this.state.unlocked.vault
        : this.state.name === 'locked'
          ? this.state.vault
          : undefined
    return vault?.kdfName === 'pbkdf2-hmac-sha512' ? 'pbkdf2' : 'argon2id'
  }
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

function channelStatus(channel: Channel): service.ChannelStatus {
  const { state, reason, remedy } = channel.status()
  return {
    name: channel.name,
    state: state === 'unavailable' ? 'failed' : state,
    ...(reason !== undefined && { reason }),
    ...(remedy !== undefined && { remedy }),
    addresses:
      state === 'on' ? channel.addresses().map((address) => address.replace(`${channel.name}:`, '')) : [],
  }
}

function noVault(): CallerFault {
  return new CallerFault('no-vault', {
    message: 'There is no vault in this home yet.',
    remedy: 'Make one with `triode init`.',
  })
}
