/** What opens the bytes of one file in an address that a person goes to (spec §13.10): browsers keep those. */
import { base32 } from '@triode/core'
import { FILE_PASS_LABEL } from '../schema/session.ts'

/**
 * HMAC-SHA-256 (RFC 2104) under the ticket of a session.
 * @param id as it stands in the address
 * @returns base32, for the parameter `pass`
 */
export async function filePass(ticket: string, id: string): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const bytes = (text: string) => new TextEncoder().encode(text)
  const key = await crypto.subtle.importKey('raw', bytes(ticket), algorithm, false, ['sign'])
  return base32(new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes(FILE_PASS_LABEL + id))))
}
