/**
 * Errors classed by who must act. Programs read `code`; people read `message` and `remedy`.
 * A fault's text never holds a secret, a passphrase, a key or a message.
 */
/**
 * What the sentences of a fault leave open (a number, a name, a place), and in `of` which of several sentences a code stands for: with
 * the code enough to word it in another language. It tells no more than the sentences do.
 */
export type FaultDetails = Readonly<Record<string, string | number>>

/** Of each text in them; names and places that a person gave are shorter. */
const MAX_DETAIL_UNITS = 1024

export interface FaultDetail {
  /** One sentence for a person; defaults to the code. */
  readonly message?: string
  /** What the person can do about it. */
  readonly remedy?: string
  readonly details?: FaultDetails | undefined
  readonly cause?: unknown
}

export abstract class Fault extends Error {
  /** Stable kebab-case code, for programs. */
  readonly code: string
  readonly remedy: string | undefined
  readonly details: FaultDetails | undefined

  constructor(code: string, detail: FaultDetail = {}) {
    super(detail.message ?? code, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.name = new.target.name
    this.code = code
    this.remedy = detail.remedy
    this.details = detail.details && bounded(detail.details)
  }
}

function bounded(details: FaultDetails): FaultDetails {
  const entries = Object.entries(details)
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      typeof value === 'string' ? value.slice(0, MAX_DETAIL_UNITS) : value,
    ]),
  )
}

/** The far device broke the protocol: drop it and name it. */
export class PeerFault extends Fault {}

/** The request is wrong: the caller must change it. */
export class CallerFault extends Fault {}

/** Not possible now: try later. */
export class Unavailable extends Fault {}

/** What was stored or promised does not hold: stop and tell. */
export class IntegrityFault extends Fault {}
