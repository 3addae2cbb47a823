/** Whoever calls with an invitation to a circle, by a link or by a spoken code: what it is shown, and how it is let in. */
import type { Clock, Fault, Primitives, Random, SpokenInvitations, Suite } from '@triode/core'
import type { Tunnel, TunnelIdentity } from '@triode/tunnel'
import { serveJoin, type JoinHost } from './serveJoin.ts'
import { asTunnelIdentity } from './spokenIdentity.ts'
import { serveSpoken } from './spokenServe.ts'

export interface InviteesContext {
  readonly suite: Suite
  readonly primitives: Primitives
  readonly random: Random
  readonly clock: Clock
  readonly spoken: SpokenInvitations
  /** Of this device in the circle. */
  readonly identity: TunnelIdentity
  readonly circle: JoinHost
}

export class Invitees {
  private readonly context: InviteesContext

  constructor(context: InviteesContext) {
    this.context = context
  }

  /** What to show to a caller with an invitee's knock: anybody can guess a spoken code's, so that shows nothing of the circle. */
  identityFor(knock: string): TunnelIdentity {
    const { suite, spoken, clock, identity } = this.context
    const code = spoken.forKnock(knock, clock.now())
    return code === undefined ? identity : asTunnelIdentity(suite, code.identity)
  }

  /** Lets the invitee at the other end of `tunnel` join, and nothing else. */
  serve(tunnel: Tunnel, onFault: (fault: Fault) => void): void {
    const { spoken, clock, circle } = this.context
    const code = spoken.forKnock(tunnel.knock, clock.now())
    if (code === undefined) serveJoin(circle, tunnel, onFault)
    else serveSpoken(this.context, code, tunnel, onFault)
  }
}
