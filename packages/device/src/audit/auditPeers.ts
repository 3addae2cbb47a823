/** Faults of others as entries of the audit log. */
import { PeerFault, type AuditEntry, type Fault } from '@triode/core'

export interface FaultAbout {
  readonly circle?: string
  readonly device?: string
  readonly channel?: string
}

type PeerEvent = 'peer-refused' | 'peer-dropped' | 'invitation-refused' | 'feed-forked'
export type PeerEntry = Extract<AuditEntry, { readonly event: PeerEvent }>

/** undefined when nobody else is to blame. */
export function peerEntry(fault: Fault, { circle, device, channel }: FaultAbout): PeerEntry | undefined {
  if (!(fault instanceof PeerFault)) return undefined
  const reason = /^[a-z0-9-]{1,64}$/.test(fault.code) ? fault.code : 'other'
  const where = { ...(circle !== undefined && { circle }), ...(channel !== undefined && { channel }) }
  const who = device === undefined ? {} : { device }
  if (reason === 'feed-forked' && circle !== undefined) return { event: 'feed-forked', circle, ...who }
  if (/invitation|proof|join|spoken/.test(reason)) return { event: 'invitation-refused', reason, ...where }
  if (device === undefined) return { event: 'peer-refused', reason, ...where }
  return { event: 'peer-dropped', reason, ...where, device }
}
