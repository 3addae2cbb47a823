/** The ways of joining that Eve stands in the way of. A new way of joining is a new entry. */
import {
  createSuite,
  formatLink,
  formatSpokenCode,
  hourOf,
  parseLink,
  parseSpokenCode,
  spokenKnockName,
  SUITE,
} from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import type { DeviceService, Joined } from '@triode/device'
import { knockOf } from './rogue.ts'

/** What one person gives another to join with. */
export interface Ticket {
  /** The name that a call with it asks for. */
  readonly knock: string
  /** Joins with it, led to `address`: by a link nowhere else, by a code until the link is known. */
  join(joiner: DeviceService, address: string, timeoutMs: number): Promise<Joined>
}

export interface Way {
  readonly name: string
  /** What whoever joins by it becomes. */
  readonly as: Joined['as']
  invite(inviter: DeviceService, circle: string): Promise<Ticket>
}

const suite = createSuite(SUITE.hybrid, nodePrimitives())

function byLink(name: string, as: Joined['as'], make: Invites['link']): Way {
  return {
    name,
    as,
    async invite(inviter, circle) {
      const { link } = await make(inviter, circle)
      const parsed = parseLink(link)
      return {
        knock: knockOf(parsed),
        join: (joiner, address, timeoutMs) =>
          joiner.join({ link: formatLink({ ...parsed, addresses: [`tcp:${address}`] }), timeoutMs }),
      }
    },
  }
}

function bySpokenCode(name: string, as: Joined['as'], make: Invites['code']): Way {
  return {
    name,
    as,
    async invite(inviter, circle) {
      const { code } = await make(inviter, circle)
      const { number } = parseSpokenCode(code)
      return {
        knock: spokenKnockName(suite, number, hourOf(Date.now())),
        join: (joiner, at, timeoutMs) =>
          joiner.join({ link: formatSpokenCode(parseSpokenCode(code)), at, timeoutMs }),
      }
    },
  }
}

interface Invites {
  readonly link: (inviter: DeviceService, circle: string) => Promise<{ readonly link: string }>
  readonly code: (inviter: DeviceService, circle: string) => Promise<{ readonly code: string }>
}

export const WAYS: readonly Way[] = [
  byLink('link', 'member', (inviter, circle) => inviter.invite({ circle })),
  bySpokenCode('spoken code', 'member', (inviter, circle) => inviter.inviteSpoken({ circle })),
  byLink('link for an own device', 'device', (inviter, circle) => inviter.addDevice({ circle })),
  bySpokenCode('spoken code for an own device', 'device', (inviter, circle) =>
    inviter.addDeviceSpoken({ circle }),
  ),
]
