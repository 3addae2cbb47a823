/**
 * The change of the circle secret (spec §5.10): when a device is out, those that remain get a new one, sealed to them alone in
 * the control conversation. Without order and without a leader: several made at once are all kept, and one of them counts.
 */
import { equalBytes } from '../bytes.ts'
import type { Suite } from '../crypto/suite.ts'
import { Fault, PeerFault } from '../fault.ts'
import type { DeviceId, MemberId } from '../id.ts'
import type { ControlEntry, ControlHandler } from '../participant/control.ts'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'
import type { CardBook } from './card.ts'
import {
  CIRCLE_SECRET_BYTES,
  MAX_KEPT_SECRETS,
  type CircleSecret,
  type CircleSecrets,
  type KeptSecret,
  type SecretPlace,
} from './circleSecrets.ts'
import { isRuling, ROLES } from './role.ts'
import {
  decodeSecretEntry,
  encodeSecretEntry,
  endedDigest,
  namedSecret,
  type NamedSecret,
} from './secretRotationEntry.ts'
import {
  isNamed,
  namedByOthers,
  OLD_SECRET_ANSWERS_MS,
  secretsToAnswer,
  secretsToCall,
  type SecretView,
} from './secretRotationUse.ts'
import type { CircleState } from './state.ts'

/** The first device of the owners waits this long for whoever signed the end; the next one as much longer, up to the last. */
export const ROTATION_STEP_MS = 60_000
export const ROTATION_LAST_MS = 600_000
/** One device makes no more: ten removals in a minute make two secrets. */
export const ROTATION_EVERY_MS = 60_000
/** A card that changes only for a secret does so at once, and then not again for so long: who floods with secrets moves few cards. */
export const CARD_FOR_SECRET_EVERY_MS = 60_000
/** Who goes on naming an older secret is handed the current one again no more often: one entry, however many do. */
export const HAND_ON_EVERY_MS = 86_400_000
/** Who names a secret that others can't have makes the circle change no more often: all make a card then. */
export const SURPASS_EVERY_MS = 86_400_000
/** Generations above the highest known that are believed: nobody misses so many, and nobody uses them up. */
export const MAX_GENERATIONS_AHEAD = 1_024
/** As far above the highest known one as a card, which any member signs, can move the next generation. */
const MAX_NAMED_AHEAD = 16

export interface SecretRotationContext {
  readonly suite: Suite
  readonly state: () => CircleState
  readonly cards: Pick<CardBook, 'get'>
  readonly secrets: CircleSecrets
  readonly clock: Clock
  readonly random: Random
  readonly self: DeviceId
  readonly member: MemberId
  /** Writes to the control conversation, and hands it to apply() in the same transaction. @throws Unavailable */
  readonly write: (plaintext: Uint8Array) => void
  /** Whether an entry of the control conversation was sealed to `device`. */
  readonly sealedTo: (place: SecretPlace, device: DeviceId) => boolean
}

export class SecretRotation implements ControlHandler {
  private readonly context: SecretRotationContext
  /** What is due, and since when: milliseconds of elapsed(). */
  private noticed: { readonly what: string; readonly at: number } | undefined
  private rotatedAt = -Infinity
  private namedAt = -Infinity
  private answered: readonly KeptSecret[] | undefined

  constructor(context: SecretRotationContext) {
    this.context = context
  }

  // ---- for the network

  /** To be answered, and announced on a LAN; the first one is the current one. */
  answering(): readonly KeptSecret[] {
    this.answered ??= secretsToAnswer(this.view())
    return this.answered
  }

  /** To call `device` with, one after the other. */
  calling(device: DeviceId): readonly KeptSecret[] {
    return secretsToCall(this.view(), device)
  }

  /** What this device's card is to say. @param published what it says now */
  named(published: NamedSecret | undefined): NamedSecret {
    const { suite, secrets, clock } = this.context
    const { current } = secrets
    if (published !== undefined) {
      if (isNamed(suite, current, published)) return published
      if (clock.elapsed() - this.namedAt < CARD_FOR_SECRET_EVERY_MS) return published
    }
    return namedSecret(suite, current)
  }

  /** A card went out that names what named() said. @param before what the card before named */
  published(before: NamedSecret | undefined): void {
    if (before !== undefined) this.namedAt = this.context.clock.elapsed()
  }

  // ---- what comes in

  /** Keeps the secrets among `entries` that are from the active device of an owner or admin. */
  apply(entries: readonly ControlEntry[]): void {
    for (const entry of entries) {
      const secret = readEntry(entry.plaintext)
      if (secret !== undefined && this.isBelieved(entry, secret)) this.keep(entry, secret)
    }
  }

  private isBelieved({ device, member }: ControlEntry, { generation }: CircleSecret): boolean {
    const state = this.context.state()
    const author = state.members.get(member)
    if (author === undefined || state.devices.get(device)?.active !== true || !isRuling(author.role))
      return false
    return generation <= this.context.secrets.current.generation + MAX_GENERATIONS_AHEAD
  }

  private keep({ feed, seq }: ControlEntry, secret: CircleSecret): void {
    const { secrets, clock } = this.context
    secrets.put(secret, { takenAt: clock.now(), place: { feed, seq } })
    this.prune()
    this.answered = undefined
  }

  // ---- what is due

  /** This device has just signed an entry of the log: if that put somebody out, a new secret is made now. Else, see tick(). */
  signed(): void {
    try {
      if (this.mayRotate() && this.isEndUncovered(this.context.secrets.current)) this.rotate()
    } catch (cause) {
      // Such as a full disk: the entry counts, and the next tick makes the secret.
      if (!(cause instanceof Fault)) throw cause
    }
  }

  /**
   * Makes a new secret, hands the current one on, erases old ones: whatever is due. To be called again and again.
   * @throws Unavailable 'disk-full'
   */
  tick(): void {
    this.answered = undefined
    this.context.secrets.supersede(this.context.clock.now())
    this.prune()
    const what = this.mayRotate() ? this.due() : undefined
    if (what === undefined) {
      this.noticed = undefined
      return
    }
    const now = this.context.clock.elapsed()
    if (this.noticed?.what !== what) this.noticed = { what, at: now }
    if (now - this.noticed.at < this.waitFor(what)) return
    if (what === HAND_ON) this.handOn()
    else this.rotate()
  }

  /** What to do: HAND_ON, SURPASS, or the digest of those that are out and not covered. */
  private due(): string | undefined {
    const view = this.view()
    const [current] = view.kept
    if (current === undefined) return undefined
    if (this.isEndUncovered(current))
      return endedDigest(this.context.suite, this.context.state()).toHex() || 'none'
    // First: what is handed on counts as come anew, and puts this off.
    if (this.isSomebodyAstray(view, current)) return SURPASS
    return this.isSomebodyBehind(view, current) ? HAND_ON : undefined
  }

  private isEndUncovered({ covers }: KeptSecret): boolean {
    const { suite, state } = this.context
    return !equalBytes(covers, endedDigest(suite, state()))
  }

  /** Owners and admins only: what others write is not believed. */
  private mayRotate(): boolean {
    const { self, member, state } = this.context
    const { devices, members, dissolved } = state()
    const role = members.get(member)?.role
    return (
      dissolved === undefined && devices.get(self)?.active === true && role !== undefined && isRuling(role)
    )
  }

  /** Not at all for an end that one's own member signed: it may have been cut short; then by rank among owners' and admins' devices. */
  private waitFor(what: string): number {
    const { self, member, state } = this.context
    const { devices, members } = state()
    const ruling = [...devices.values()]
      .filter((device) => device.active)
      .map(({ id, member: of }) => ({ id, of, rank: ROLES.indexOf(members.get(of)?.role ?? 'keeper') }))
      .filter(({ rank }) => isRuling(ROLES[rank] ?? 'keeper'))
      .sort((a, b) => a.rank - b.rank || (a.id < b.id ? -1 : 1))
    const own = ruling.filter(({ of }) => of === member)
    if (what !== HAND_ON && what !== SURPASS && own[0]?.id === self && this.isSignerOfLatest()) return 0
    const place = ruling.findIndex(({ id }) => id === self)
    return Math.min((place + 1) * ROTATION_STEP_MS, ROTATION_LAST_MS)
  }

  /** Of all ends the latest, by the clocks of those who signed, is one's own. */
  private isSignerOfLatest(): boolean {
    const { members, devices } = this.context.state()
    const ends = [...members.values()].map(({ ended }) => ended)
    const all = [...ends, ...[...devices.values()].map(({ revoked }) => revoked)]
    let latest: { by: MemberId; at: number } | undefined
    for (const end of all) if (end !== undefined && end.at >= (latest?.at ?? 0)) latest = end
    return latest?.by === this.context.member
  }

  private rotate(): void {
    const { suite, clock, random, state, write } = this.context
    const now = clock.elapsed()
    if (now - this.rotatedAt < ROTATION_EVERY_MS) return
    write(
      encodeSecretEntry({
        generation: this.nextGeneration(),
        secret: random.bytes(CIRCLE_SECRET_BYTES),
        covers: endedDigest(suite, state()),
      }),
    )
    this.rotatedAt = now
  }

  /** Above all that are known, and above what the others name, within a bound. */
  private nextGeneration(): number {
    const view = this.view()
    const highest = view.kept[0]?.generation ?? 0
    const named = namedByOthers(view).map(({ generation }) => Math.min(generation, highest + MAX_NAMED_AHEAD))
    return Math.max(highest, ...named) + 1
  }

  /** Writes the current one again, sealed to whoever is active by now. */
  private handOn(): void {
    this.context.write(encodeSecretEntry(this.context.secrets.current))
  }

  /**
   * An active device names another one that is not newer, and was not sealed the current one: its inviter did not have that yet, or it was admitted on
   * the other side of a partition. Or it does so a day later: perhaps it lost it, or did not believe its author then. While it names
   * what has been outdone for long, it is away.
   */
  private isSomebodyBehind({ kept, now }: SecretView, current: KeptSecret): boolean {
    const { state, self, cards, suite, clock, sealedTo } = this.context
    const again = Math.abs(clock.now() - current.takenAt) >= HAND_ON_EVERY_MS
    return [...state().devices.values()].some(({ id, active }) => {
      const named = active && id !== self ? cards.get(id)?.secret : undefined
      if (named === undefined || named.generation > current.generation) return false
      if (isNamed(suite, current, named)) return false
      if (current.place !== undefined && !sealedTo(current.place, id)) return true
      const known = kept.find((one) => isNamed(suite, one, named))
      return again && now - (known?.supersededAt ?? now) < OLD_SECRET_ANSWERS_MS
    })
  }

  /**
   * An active device names a newer secret, or another of this generation, that did not come here: its author lost the role, say, before
   * this device saw it, and that one saw it earlier. A newer one is for all. Far newer ones are made up.
   */
  private isSomebodyAstray(view: SecretView, current: KeptSecret): boolean {
    const { suite, clock } = this.context
    if (Math.abs(clock.now() - current.takenAt) < SURPASS_EVERY_MS) return false
    return namedByOthers(view).some((named) => {
      const ahead = named.generation - current.generation
      return ahead >= 0 && ahead <= MAX_NAMED_AHEAD && !view.kept.some((one) => isNamed(suite, one, named))
    })
  }

  // ---- inside

  /** Keeps what a card names, what may still be answered, and no more than so many. */
  private prune(): void {
    const { suite, secrets, clock } = this.context
    const kept = secrets.all()
    if (kept.length <= 2) return
    const view = this.view()
    const names = namedByOthers(view)
    const isWanted = (one: KeptSecret): boolean => names.some((named) => isNamed(suite, one, named))
    const isFresh = ({ supersededAt }: KeptSecret): boolean =>
      supersededAt === undefined || clock.now() - supersededAt < OLD_SECRET_ANSWERS_MS
    const wanted = kept.filter(isWanted)
    const others = kept.filter((one) => !isWanted(one) && isFresh(one))
    // One for the first, which stays in any case.
    const chosen = new Set([...wanted, ...others].slice(0, MAX_KEPT_SECRETS - 1).map(keyOf))
    secrets.prune((one) => chosen.has(keyOf(one)))
  }

  private view(): SecretView {
    const { suite, state, cards, self, secrets, clock } = this.context
    return { suite, state: state(), cards, self, kept: secrets.all(), now: clock.now() }
  }
}

const HAND_ON = 'hand-on'
const SURPASS = 'surpass'

function keyOf({ generation, secret }: CircleSecret): string {
  return `${String(generation)}/${secret.toHex()}`
}

/** undefined: another kind of entry, or nothing that makes sense. */
function readEntry(plaintext: Uint8Array): CircleSecret | undefined {
  try {
    return decodeSecretEntry(plaintext)
  } catch (fault) {
    if (fault instanceof PeerFault) return undefined
    throw fault
  }
}
