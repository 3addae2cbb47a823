/**
 * What lets the page in (spec §13.10): a launch code, which is good for one use within minutes, becomes a session with a token and a
 * ticket. All of it is in memory and ends with the process. Only hashes are kept of what a caller shows, so that a look-up
 * takes the same time whatever was guessed.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { base32 } from '@triode/core'
import { FILE_PASS_LABEL } from '../schema/session.ts'
import { LAUNCH_CODE_MS, TOKEN_BYTES } from './spec.ts'
import { MAX_LAUNCH_CODES, MAX_SESSIONS } from './tuning.ts'

export interface Session {
  /** Stands for the token of the device in every request. */
  readonly token: string
  /** Stands for it in the address of a file's bytes alone. */
  readonly ticket: string
  /** Aborts when the session has ended. */
  readonly ended: AbortSignal
}

export interface Launch {
  readonly code: string
  /** Milliseconds since 1970. */
  readonly expires: number
}

/** Why a launch code opens nothing. */
export type Unfit = 'used' | 'expired' | 'unknown'

interface Held extends Session {
  readonly end: () => void
}

export class Sessions {
  private readonly now: () => number
  private readonly codes = new Map<string, { readonly expires: number; readonly isUsed: boolean }>()
  private readonly byToken = new Map<string, Held>()
  private readonly byTicket = new Map<string, Held>()

  /** @param now milliseconds since 1970 */
  constructor(now: () => number) {
    this.now = now
  }

  /** A new launch code; the oldest goes when there are too many. */
  launch(): Launch {
    const code = secret()
    const expires = this.now() + LAUNCH_CODE_MS
    this.codes.set(hash(code), { expires, isUsed: false })
    for (const oldest of this.codes.keys()) {
      if (this.codes.size <= MAX_LAUNCH_CODES) break
      this.codes.delete(oldest)
    }
    return { code, expires }
  }

  /** Uses up a launch code. @returns a new session, or why there is none; 'used' is told once */
  redeem(code: string): Session | Unfit {
    const key = hash(code)
    const known = this.codes.get(key)
    if (known === undefined) return 'unknown'
    const isLate = this.now() >= known.expires
    if (isLate || known.isUsed) this.codes.delete(key)
    else this.codes.set(key, { ...known, isUsed: true })
    if (isLate) return 'expired'
    return known.isUsed ? 'used' : this.begin()
  }

  ofToken(token: string): Session | undefined {
    return this.byToken.get(hash(token))
  }

  ofTicket(ticket: string): Session | undefined {
    return this.byTicket.get(hash(ticket))
  }

  /** By what opens the bytes of one file in an address that a person goes to. @param id as it stands in the address */
  ofPass(pass: string, id: string): Session | undefined {
    const shown = hash(pass)
    return [...this.byToken.values()].find(({ ticket }) => hash(filePass(ticket, id)) === shown)
  }

  end({ token, ticket }: Session): void {
    const held = this.byToken.get(hash(token))
    this.byToken.delete(hash(token))
    this.byTicket.delete(hash(ticket))
    held?.end()
  }

  /** With the launch codes: nothing that was given out before opens anything after. */
  endAll(): void {
    this.codes.clear()
    for (const session of [...this.byToken.values()]) this.end(session)
  }

  private begin(): Session {
    const ending = new AbortController()
    const end = () => ending.abort()
    const session = { token: secret(), ticket: secret(), ended: ending.signal, end }
    this.byToken.set(hash(session.token), session)
    this.byTicket.set(hash(session.ticket), session)
    const [oldest] = this.byToken.values()
    if (oldest && this.byToken.size > MAX_SESSIONS) this.end(oldest)
    return session
  }
}

/** As the client makes it (client/filePass.ts). */
function filePass(ticket: string, id: string): string {
  return base32(
    createHmac('sha256', ticket)
      .update(FILE_PASS_LABEL + id)
      .digest(),
  )
}

function secret(): string {
  return base32(randomBytes(TOKEN_BYTES))
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}
