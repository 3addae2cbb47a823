/**
 * How the page comes to speak for its user: the address that `triode start` prints ends in a code that is good once. The
 * page trades it for the token of a session, which stands in this window's session storage alone (ADR 18).
 */
import { redeem as redeemCode, type Session } from '@triode/api'

const KEY = 'triode-session'

/** A launch code, as it stands after the `#`. */
const CODE = /^[a-z2-7]{40,64}$/

/** What is kept of this window's session. */
export function keptSession(): Session | undefined {
  const text = sessionStorage.getItem(KEY)
  return text === null ? undefined : sessionOf(text)
}

/** Takes the code out of the address at once, so that no history and no screenshot keeps it. */
export function takeLaunchCode(): string | undefined {
  const code = location.hash.slice(1)
  if (!CODE.test(code)) return undefined
  history.replaceState(null, '', location.pathname)
  return code
}

/** The code in what a person pasted: the code alone, or the whole address. */
export function codeIn(text: string): string | undefined {
  const code = text.trim().split('#').at(-1) ?? ''
  return CODE.test(code) ? code : undefined
}

/** Uses up the code. @throws ApiFault 'launch-code-used' | 'launch-code-expired' | 'launch-code-refused' | 'not-running' */
export async function redeem(code: string): Promise<Session> {
  const session = await redeemCode(location.origin, code, { fetch: (...ask) => fetch(...ask) })
  sessionStorage.setItem(KEY, JSON.stringify(session))
  return session
}

export function forgetSession(): void {
  sessionStorage.removeItem(KEY)
}

function sessionOf(text: string): Session | undefined {
  const value: unknown = parsed(text)
  if (typeof value !== 'object' || value === null) return undefined
  const { token, ticket } = value as Partial<Record<string, unknown>>
  return typeof token === 'string' && typeof ticket === 'string' ? { token, ticket } : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
