/**
 * Names under which devices call and find each other (spec §7.3, §8.2, §8.3): each an HMAC of a shared secret and the hour or the day, so
 * that strangers can't tell whose they are, or that two of them belong together.
 */
import { base32, fromBase32 } from '../base32.ts'
import { u64 } from '../bytes.ts'
import { LABEL, labelled, type Label } from '../crypto/labels.ts'
import type { Suite } from '../crypto/suite.ts'
import type { DeviceId } from '../id.ts'

export const HOUR_MS = 3_600_000
/**
 * Hours before and after one's own in which a name is accepted: a device whose clock is a day off, and two hours for time
 * zones set wrong by daylight saving, still gets through. Whoever replays a name within this time is shown a certificate, no more.
 */
export const KNOCK_WINDOW_HOURS = 26
/** 32 letters of base32: one DNS label, as TLS demands of a server name; as hard to guess as a 160-bit key. */
export const KNOCK_BYTES = 20
/** 26 letters of base32. */
export const LAN_NAME_BYTES = 16
export const DAY_MS = 86_400_000

export function hourOf(now: number): number {
  return Math.max(0, Math.floor(now / HOUR_MS))
}

/** The name a member calls with in `hour`. @param secret the circle's */
export function knockName(suite: Suite, secret: Uint8Array, hour: number): string {
  return nameOf(suite, secret, LABEL.knock, KNOCK_BYTES, u64(hour))
}

export function dayOf(now: number): number {
  return Math.max(0, Math.floor(now / DAY_MS))
}

/** The name an invitee calls with in `hour`. @param key InvitationKeys.knock */
export function invitationKnockName(suite: Suite, key: Uint8Array, hour: number): string {
  return nameOf(suite, key, LABEL.invitationKnock, KNOCK_BYTES, u64(hour))
}

/** The name under which `device` is found on a LAN in `hour`. @param secret the circle's */
export function lanName(suite: Suite, secret: Uint8Array, device: DeviceId, hour: number): string {
  return nameOf(suite, secret, LABEL.lanName, LAN_NAME_BYTES, fromBase32(device), u64(hour))
}

/** The name under which an invitee finds the inviter on a LAN in `hour`. @param key InvitationKeys.lan */
export function invitationLanName(suite: Suite, key: Uint8Array, hour: number): string {
  return nameOf(suite, key, LABEL.invitationLanName, LAN_NAME_BYTES, u64(hour))
}

/** The name under which `device` is found in a DHT on `day` (spec §8.3). @param secret the circle's */
export function dhtName(suite: Suite, secret: Uint8Array, device: DeviceId, day: number): string {
  return nameOf(suite, secret, LABEL.dhtName, LAN_NAME_BYTES, fromBase32(device), u64(day))
}

/** The name under which an invitee finds the inviter in a DHT on `day`. @param key InvitationKeys.lan */
export function invitationDhtName(suite: Suite, key: Uint8Array, day: number): string {
  return nameOf(suite, key, LABEL.invitationDhtName, LAN_NAME_BYTES, u64(day))
}

/** Tells the names of the hours around now from others, at the cost of a look-up while the hour lasts. */
export class NameWindow {
  private readonly nameAt: (hour: number) => string
  private names = new Set<string>()
  private hour = -1

  /** @param nameAt the name in an hour, such as `(hour) => knockName(suite, secret, hour)` */
  constructor(nameAt: (hour: number) => string) {
    this.nameAt = nameAt
  }

  accepts(name: string, now: number): boolean {
    const hour = hourOf(now)
    if (hour !== this.hour) {
      this.names = new Set(hoursAround(hour).map((each) => this.nameAt(each)))
      this.hour = hour
    }
    return this.names.has(name)
  }
}

/** The hours whose names are accepted in `hour`. */
export function hoursAround(hour: number): number[] {
  const first = Math.max(0, hour - KNOCK_WINDOW_HOURS)
  return Array.from({ length: hour + KNOCK_WINDOW_HOURS - first + 1 }, (_, index) => first + index)
}

/** The days in which the hours lie whose names are accepted at `now`: a name is found as long as its owner's knock is known. */
export function daysAround(now: number): number[] {
  const window = KNOCK_WINDOW_HOURS * HOUR_MS
  const first = dayOf(now - window)
  return Array.from({ length: dayOf(now + window) - first + 1 }, (_, index) => first + index)
}

function nameOf(
  suite: Suite,
  key: Uint8Array,
  label: Label,
  bytes: number,
  ...context: Uint8Array[]
): string {
  return base32(suite.hmac(key, labelled(label, ...context)).subarray(0, bytes))
}
