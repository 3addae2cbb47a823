/** Faults of the device as answers (spec §13.4). What isn't a Fault says nothing of what went on inside. */
import { CallerFault, Fault, IntegrityFault, PeerFault, Unavailable, type FaultDetails } from '@triode/core'
import { z } from 'zod'
import type { FaultBody } from '../schema/fault.ts'

export interface FaultAnswer {
  readonly status: number
  readonly body: FaultBody
}

/** Codes whose status says more than their class. */
const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  'not-allowed': 403,
  'wrong-passphrase': 403,
  'passphrase-delayed': 403,
  'invitation-blocked': 403,
  'invitation-expired': 403,
  'invitation-revoked': 403,
  'invitation-spent': 403,
  'invitation-refused': 403,
  'fingerprint-mismatch': 403,
  'keys-differ': 403,
  'wrong-circle': 409,
  'no-session': 409,
  'backup-absent': 404,
  'backup-gone': 404,
  'file-absent': 404,
  'invitation-unknown': 404,
  // Out of the circle, or one of its rules: refused.
  removed: 403,
  suspended: 403,
  revoked: 403,
  dissolved: 403,
  left: 403,
  'circle-stands': 403,
  'signer-is-member': 403,
  'signer-device-stands': 403,
  'signer-is-not-suspended': 403,
  outranked: 403,
  'target-is-member': 409,
  'target-is-another': 409,
  'target-is-suspended': 409,
  'transfer-is-undisputed': 409,
  'device-is-not-last': 409,
  'devices-are-few': 409,
  'act-is-known': 409,
  'act-is-open': 409,
  'role-unchanged': 409,
  'file-forbidden': 403,
  'file-changed': 409,
  'file-not-here': 409,
  'over-quota': 409,
  'file-gone': 404,
  'upload-gone': 404,
  'too-many-uploads': 409,
  canceled: 409,
  'range-not-satisfiable': 416,
  'not-found': 404,
  'no-such-path': 404,
  'no-such-method': 405,
  ambiguous: 409,
  'already-member': 409,
  'file-exists': 409,
  'last-owner': 409,
  'no-vault': 409,
  'vault-newer': 409,
  'vault-exists': 409,
  'body-too-large': 413,
  'body-not-json': 415,
  'body-is-form': 415,
  locked: 423,
}

export function faultAnswer(error: unknown): FaultAnswer {
  if (error instanceof z.ZodError) return faultAnswer(badInput(error))
  if (!(error instanceof Fault)) return UNEXPECTED
  const { code, message, remedy, details } = error
  const body = {
    error: {
      ...{ code, message },
      ...(remedy !== undefined && { remedy }),
      ...(details !== undefined && { details }),
    },
  }
  return { status: STATUS_BY_CODE[code] ?? statusOfClass(error), body }
}

function statusOfClass(fault: Fault): number {
  if (fault instanceof CallerFault) return 400
  if (fault instanceof PeerFault) return 502
  if (fault instanceof Unavailable) return 503
  return 500
}

/** For the log: what kind of error and where in the code, without its text, which may quote anything. */
export function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${typeof error}`
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '))
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : ''
  return [`${error.name}${code}`, ...frames].join('\n')
}

/** Worth a line in the log: what the caller and the far side are not to blame for. */
export function isOurs(error: unknown): boolean {
  return error instanceof IntegrityFault || !(error instanceof Fault || error instanceof z.ZodError)
}

/** Names the fields, never what stood in them. Beyond a limit of the device it is the device's own fault (schema/limit.ts). */
function badInput(error: z.ZodError): CallerFault {
  const [issue] = error.issues
  if (issue?.code === 'custom' && typeof issue.params?.['code'] === 'string')
    return new CallerFault(issue.params['code'], {
      message: `${complaintOf(issue)}.`,
      remedy: 'Make it less.',
      cause: error,
    })
  return new CallerFault('bad-input', {
    details: boundOf(issue),
    message: error.issues.map(complaintOf).join('; '),
    remedy: 'Compare the request with /api/openapi.json',
    cause: error,
  })
}

/** For who words it in another language. */
function boundOf(issue: z.core.$ZodIssue | undefined): FaultDetails {
  if (issue?.code === 'too_big' && issue.origin === 'string')
    return { of: 'long', most: Number(issue.maximum) }
  if (issue?.code === 'too_small' && issue.origin === 'string')
    return { of: 'short', least: Number(issue.minimum) }
  return { of: 'other' }
}

function complaintOf(issue: z.core.$ZodIssue): string {
  const field = issue.path.map(String).join('.') || 'input'
  if (issue.code === 'too_small') {
    const least = String(issue.minimum)
    if (issue.origin !== 'string') return `${field} is less than ${least}`
    return least === '1' ? `${field} is empty` : `${field} has less than ${least} characters`
  }
  if (issue.code === 'too_big') {
    const most = String(issue.maximum)
    if (issue.origin === 'string') return `${field} has more than ${most} characters`
    return issue.origin === 'array' ? `${field} has more than ${most} items` : `${field} is more than ${most}`
  }
  return `${field}: ${issue.message}`
}

const UNEXPECTED: FaultAnswer = {
  status: 500,
  body: {
    error: {
      code: 'unexpected',
      message: 'The device failed in a way that nobody foresaw',
      remedy: 'See what `triode start` printed, and report it',
    },
  },
}
