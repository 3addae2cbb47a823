import type { FaultDetails } from '@triode/core'

/** What a call of the client throws when the device, or the way to it, says no. */
export interface ApiFaultDetail {
  /** 0 when no answer came at all. */
  readonly status: number
  readonly code: string
  readonly message: string
  readonly remedy?: string | undefined
  readonly details?: FaultDetails | undefined
  readonly cause?: unknown
}

export class ApiFault extends Error {
  readonly status: number
  /** Stable and kebab-case; 'not-running' when no device answers, 'bad-answer' when what answers isn't one. */
  readonly code: string
  readonly remedy: string | undefined
  readonly details: FaultDetails | undefined

  constructor(detail: ApiFaultDetail) {
    super(detail.message, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.name = 'ApiFault'
    this.status = detail.status
    this.code = detail.code
    this.remedy = detail.remedy
    this.details = detail.details
  }
}
