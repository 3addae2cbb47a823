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
  invite(inviter: DeviceService, circle: string): Promise<Ticket>
}

const suite = createSuite(SUITE.hybrid, nodePrimitives())

const byLink: Way = {
  name: 'link',
  async invite(inviter, circle) {
    const { link } = await inviter.invite({ circle })
    const parsed = parseLink(link)
    return {
      knock: knockOf(parsed),
      join: (joiner, address, timeoutMs) =>
        joiner.join({ link: formatLink({ ...parsed, addresses: [`tcp:${address}`] }), timeoutMs }),
    }
  },
}

const bySpokenCode: Way = {
  name: 'spoken code',
  async invite(inviter, circle) {
    const { code } = await inviter.inviteSpoken({ circle })
    const { number } = parseSpokenCode(code)
    return {
      knock: spokenKnockName(suite, number, hourOf(Date.now())),
      join: (joiner, at, timeoutMs) =>
        joiner.join({ link: formatSpokenCode(parseSpokenCode(code)), at, timeoutMs }),
    }
  },
}

export const WAYS: readonly Way[] = [byLink, bySpokenCode]
