/** How the page of a device begins and ends its session (spec §13.10). */
import { SESSION_END_PATH, SESSION_PATH } from '../schema/routes.ts'
import { sessionSchema, type Session } from '../schema/session.ts'
import { badAnswer, json, request, type Endpoint } from './request.ts'

/**
 * Uses up a launch code.
 * @param url of the device, `http://HOST:PORT`
 * @param code what follows # in the address that `triode open` gave
 * @returns a token for `createClient`, and a ticket for addresses of files' bytes
 * @throws ApiFault 'launch-code-used' | 'launch-code-expired' | 'launch-code-refused'
 */
export async function redeem(
  url: string,
  code: string,
  options: Omit<Endpoint, 'url' | 'token'> = {},
): Promise<Session> {
  const response = await request({ ...options, url, token: code }, { method: 'POST', path: SESSION_PATH })
  const parsed = sessionSchema.safeParse(await json(response))
  if (!parsed.success) throw badAnswer(response.status, parsed.error)
  return parsed.data
}

/** Ends the session whose token this is, with its ticket and its stream of events. @throws ApiFault 'no-session' */
export async function endSession(endpoint: Endpoint): Promise<void> {
  const response = await request(endpoint, { method: 'POST', path: SESSION_END_PATH })
  await json(response)
}
