/** How records of the audit log say who did something, when, and what. */
import type { MemberId } from '@triode/core'

export function who(by: MemberId | undefined, at: number | undefined): { by?: MemberId; actedAt?: number } {
  return { ...(by !== undefined && { by }), ...when(at) }
}

export function when(at: number | undefined): { actedAt?: number } {
  return at === undefined ? {} : { actedAt: Math.max(0, Math.floor(at)) }
}

/** A later version may have policies that are no words. */
export function wordOf(text: string): string {
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text) ? text : 'other'
}
