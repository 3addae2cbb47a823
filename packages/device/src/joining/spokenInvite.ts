/** An invitation by a code that is read out (spec §6.8). */
import {
  CallerFault,
  formatSpokenCode,
  makeSpokenCode,
  MAX_SPOKEN_CODES,
  SPOKEN_TRIES,
  SUITE,
  tooManyCodes,
} from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import type { CirclesContext } from '../circle/circlesContext.ts'
import type * as service from '../service.ts'
import { makeSpokenIdentity } from './spokenIdentity.ts'
import { MAX_SPOKEN_LIFE_MS } from '../tuning.ts'

interface SpokenTerms {
  readonly circle: CircleRuntime
  /** All of this device: no two of its codes have one number. */
  readonly circles: readonly CircleRuntime[]
  readonly expiresMs: number
  /** Makes the invitation that the code stands for. */
  readonly invite: () => service.InvitationMade
}

/** @throws CallerFault 'spoken-not-offered' | 'expiry-out-of-range' | 'too-many-codes'; as `invite` */
export async function inviteSpoken(
  { random, clock }: CirclesContext,
  { circle, circles, expiresMs, invite }: SpokenTerms,
): Promise<service.SpokenMade> {
  if (circle.suite.name !== SUITE.hybrid) throw notOffered()
  if (expiresMs > MAX_SPOKEN_LIFE_MS) throw tooLong()
  const identity = await makeSpokenIdentity(circle.suite, random)
  const now = clock.now()
  const unspent = circles.reduce((sum, one) => sum + one.spoken.unspent(now), 0)
  if (unspent >= MAX_SPOKEN_CODES) throw tooManyCodes()
  const taken = new Set(circles.flatMap((one) => one.spoken.all(now).map(({ code }) => code.number)))
  const code = makeSpokenCode(random, taken)
  const { invitation, link, expires } = invite()
  circle.spoken.put({ invitation, code, link, expires, tries: 0, identity })
  return { invitation, circle: circle.id, code: formatSpokenCode(code), expires, tries: SPOKEN_TRIES }
}

/** CPace runs on X25519 and SHA-512, which are in no other suite: what a circle chose is not widened by a convenience. */
function notOffered(): CallerFault {
  return new CallerFault('spoken-not-offered', {
    message: 'Spoken codes use X25519, which is not in the suite of this circle.',
    remedy: 'Invite by link or QR code.',
  })
}

function tooLong(): CallerFault {
  return new CallerFault('expiry-out-of-range', {
    details: { of: 'spoken' },
    message: 'A spoken code lives for an hour at most.',
    remedy: 'Choose a shorter time, or invite by link.',
  })
}
