/**
 * Errors classed by who must act. Programs read `code`; people read `message` and `remedy`.
 * A fault's text never holds a secret, a passphrase, a key or a message.
 */
export interface FaultDetail {
  /** One sentence for a person; defaults to the code. */
  readonly message?: string
  /** What the person can do about it. */
  readonly remedy?: string
  readonly cause?: unknown
}

export abstract class Fault extends Error {
  /** Stable kebab-case code, for programs. */
  readonly code: string
  readonly remedy: string | undefined

  constructor(code: string, detail: FaultDetail = {}) {
    super(detail.message ?? code, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.name = new.target.name
    this.code = code
    this.remedy = detail.remedy
  }
}

/** The far device broke the protocol: drop it and name it. */
export class PeerFault extends Fault {}

/** The request is wrong: the caller must change it. */
export class CallerFault extends Fault {}

/** Not possible now: try later. */
export class Unavailable extends Fault {}

/** What was stored or promised does not hold: stop and tell. */
export class IntegrityFault extends Fault {}
