/** A head as a person notes it down, and finds out later whether the log was set back (spec §14.5). */
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { base32, fromBase32 } from '../base32.ts'
import { equalBytes } from '../bytes.ts'
import { CallerFault } from '../fault.ts'
import type { AuditHead } from './record.ts'
import { AUDIT_NOTED_BYTES } from './spec.ts'

/** Of a list of 2,048 words, ten are 110 bits. */
const NOTED_WORDS = 10
const BITS_PER_WORD = 11

export interface NotedHead {
  readonly seq: number
  /** The beginning of the hash, 15 bytes. */
  readonly start: Uint8Array
}

/** `SEQ:HASH`, 24 letters of the hash. */
export function notedText({ seq, hash }: AuditHead): string {
  return `${seq}:${base32(hash.subarray(0, AUDIT_NOTED_BYTES))}`
}

/** The beginning of the hash as words to read out. */
export function notedWords({ hash }: AuditHead): string[] {
  return Array.from({ length: NOTED_WORDS }, (_, index) => wordlist[bitsAt(hash, index)] ?? '')
}

/** @throws CallerFault 'audit-head-malformed' */
export function parseNoted(text: string): NotedHead {
  const match = /^(\d{1,15}):([a-z2-7]{24})$/.exec(text.trim().toLowerCase())
  if (match === null) {
    throw new CallerFault('audit-head-malformed', {
      message: 'That is not the head of an audit log.',
      remedy: 'Give it as `triode audit` prints it: SEQ:HASH.',
    })
  }
  return { seq: Number(match[1]), start: fromBase32(match[2] ?? '') }
}

export function isNoted(noted: NotedHead, head: AuditHead): boolean {
  return noted.seq === head.seq && equalBytes(noted.start, head.hash.subarray(0, AUDIT_NOTED_BYTES))
}

/** The eleven bits at place `index`, the most significant first. */
function bitsAt(bytes: Uint8Array, index: number): number {
  let value = 0
  for (let bit = index * BITS_PER_WORD; bit < (index + 1) * BITS_PER_WORD; bit++) {
    value = (value << 1) | (((bytes[bit >>> 3] ?? 0) >>> (7 - (bit & 7))) & 1)
  }
  return value
}
