/**
 * The growing delay after wrong passphrases (spec §12.5). A try is counted, durably, before the passphrase is tested,
 * so that killing the process saves nobody a delay. The file has a fixed size and is overwritten in place: that works on a full disk.
 */
import * as fs from 'node:fs'
import { join } from 'node:path'
import type { Clock, Primitives } from '@triode/core'
import { concat, equalBytes, u32, u64, utf8 } from '@triode/core'
import { FILE } from './spec.ts'
import { FIRST_DELAY_MS, FREE_TRIES, MAX_DELAY_MS } from './tuning.ts'
import { createPrivateFile } from './privateFile.ts'
import { diskFault } from './diskFault.ts'
import { tooManyAttempts } from './faults.ts'

const MAGIC = utf8('TRIODETR')
const BODY_BYTES = MAGIC.length + 4 + 8
const WRONG_BYTES = 4 + 8 + 8
const CHECK_BYTES = 12
const MAX_FAILURES = 1_000_000

/** Wrong passphrases that nobody was told of yet; times in milliseconds since 1970. */
export interface WrongTries {
  readonly count: number
  readonly firstAt: number
  readonly lastAt: number
}

const NONE: WrongTries = { count: 0, firstAt: 0, lastAt: 0 }

export class Tries {
  private readonly path: string
  private readonly clock: Clock
  private readonly primitives: Primitives
  private failures = 0
  private wrong = NONE
  /** As it was before the try that is under way. */
  private wrongBefore = NONE
  /** On the monotonic clock: until then no try is allowed. Wall-clock jumps of a running process change nothing. */
  private openAt = 0
  /** When `failures` last changed: what the delay counts from. */
  private lastChange = 0

  constructor(dir: string, clock: Clock, primitives: Primitives) {
    this.path = join(dir, FILE.tries)
    this.clock = clock
    this.primitives = primitives
    this.load()
  }

  /** Milliseconds until the next try is allowed. */
  get waitMs(): number {
    return Math.max(0, this.openAt - this.clock.elapsed())
  }

  /** Those since `told`, under whatever passphrase the vault has been opened meanwhile. */
  get untold(): WrongTries | undefined {
    return this.wrong.count === 0 ? undefined : this.wrong
  }

  /** They stand elsewhere now. Durable on return. @throws Unavailable 'disk-full' */
  told(): void {
    this.wrong = NONE
    this.save(this.lastChange)
  }

  /** Counts a try as failed until `succeeded` says otherwise. @throws Unavailable 'too-many-attempts' | 'disk-full' */
  begin(): void {
    if (this.waitMs > 0) throw tooManyAttempts(this.waitMs)
    this.failures = Math.min(this.failures + 1, MAX_FAILURES)
    this.openAt = this.clock.elapsed() + delayMs(this.failures)
    const now = atLeastZero(this.clock.now())
    const { count, firstAt } = this.wrong
    this.wrongBefore = this.wrong
    this.wrong = {
      count: Math.min(count + 1, MAX_FAILURES),
      firstAt: count === 0 ? now : firstAt,
      lastAt: now,
    }
    this.save(now)
  }

  succeeded(): void {
    this.failures = 0
    this.wrong = this.wrongBefore
    this.openAt = 0
    this.save(this.clock.now())
  }

  private load(): void {
    const now = this.clock.now()
    const stored = this.read()
    this.failures = stored?.failures ?? 0
    this.wrong = stored?.wrong ?? NONE
    this.wrongBefore = this.wrong
    this.lastChange = stored?.lastAt ?? now
    if (this.failures === 0) return
    const lastAt = stored?.lastAt ?? now
    const delay = delayMs(this.failures)
    const sinceLast = now - lastAt
    // A clock that went back starts the delay anew, from now: it neither shortens it nor locks anyone out for ever.
    if (sinceLast < 0) this.save(now)
    this.openAt = this.clock.elapsed() + (sinceLast < 0 ? delay : Math.max(0, delay - sinceLast))
  }

  private read(): { failures: number; lastAt: number; wrong: WrongTries } | undefined {
    if (!fs.existsSync(this.path)) return undefined
    const bytes = new Uint8Array(fs.readFileSync(this.path))
    if (bytes.length === 0) return undefined
    const wrong = this.readWrong(bytes.subarray(BODY_BYTES + CHECK_BYTES))
    const body = this.checked(bytes.subarray(0, BODY_BYTES + CHECK_BYTES), BODY_BYTES)
    // Torn or damaged: as after the first delayed failure, which costs an honest owner a second or two.
    if (body === undefined || !equalBytes(body.subarray(0, MAGIC.length), MAGIC))
      return { failures: FREE_TRIES, lastAt: this.clock.now(), wrong }
    const view = new DataView(body.buffer, body.byteOffset)
    const lastAt = Number(view.getBigUint64(MAGIC.length + 4))
    return { failures: view.getUint32(MAGIC.length), lastAt, wrong }
  }

  private readWrong(bytes: Uint8Array): WrongTries {
    const body = this.checked(bytes, WRONG_BYTES)
    if (body === undefined) return NONE
    const view = new DataView(body.buffer, body.byteOffset)
    const time = (at: number): number => Math.min(Number(view.getBigUint64(at)), Number.MAX_SAFE_INTEGER)
    return { count: view.getUint32(0), firstAt: time(4), lastAt: time(12) }
  }

  /** The body, if the check behind it holds. */
  private checked(bytes: Uint8Array, bodyBytes: number): Uint8Array | undefined {
    const body = bytes.subarray(0, bodyBytes)
    return equalBytes(bytes, this.encoded(body)) ? body : undefined
  }

  private save(lastAt: number): void {
    this.lastChange = atLeastZero(lastAt)
    const { count, firstAt, lastAt: lastWrongAt } = this.wrong
    const bytes = concat(
      this.encoded(concat(MAGIC, u32(this.failures), u64(this.lastChange))),
      this.encoded(concat(u32(count), u64(firstAt), u64(lastWrongAt))),
    )
    try {
      createPrivateFile(this.path)
      const fd = fs.openSync(this.path, 'r+')
      try {
        fs.writeSync(fd, bytes, 0, bytes.length, 0)
        fs.fdatasyncSync(fd)
      } finally {
        fs.closeSync(fd)
      }
    } catch (cause) {
      throw diskFault(cause)
    }
  }

  private encoded(body: Uint8Array): Uint8Array {
    return concat(body, this.primitives.hash('sha256', body).subarray(0, CHECK_BYTES))
  }
}

function atLeastZero(ms: number): number {
  return Math.max(0, Math.floor(ms))
}

/** The delay after `failures` wrong passphrases in a row, in milliseconds. */
export function delayMs(failures: number): number {
  if (failures < FREE_TRIES) return 0
  return Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(30, failures - FREE_TRIES))
}
