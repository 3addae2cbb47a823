/**
 * Names under which the two sides of a spoken code find each other (spec §6.8). They follow from the number alone, so
 * anybody can compute them, and learns from them that somebody holds a code open, and nothing else.
 */
import { base32 } from '../base32.ts'
import { u32, u64 } from '../bytes.ts'
import { LABEL, labelled, type Label } from '../crypto/labels.ts'
import type { Suite } from '../crypto/suite.ts'
import { KNOCK_BYTES, LAN_NAME_BYTES } from './knock.ts'

/** The name to call with. */
export function spokenKnockName(suite: Suite, number: number, hour: number): string {
  return nameOf(suite, LABEL.spokenKnock, number, hour, KNOCK_BYTES)
}

/** The name to look for on a LAN. */
export function spokenLanName(suite: Suite, number: number, hour: number): string {
  return nameOf(suite, LABEL.spokenLanName, number, hour, LAN_NAME_BYTES)
}

function nameOf(suite: Suite, label: Label, number: number, hour: number, bytes: number): string {
  return base32(suite.hash(labelled(label, u32(number), u64(hour))).subarray(0, bytes))
}
