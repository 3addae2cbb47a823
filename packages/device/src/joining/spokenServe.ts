/** The inviter's end of a tunnel whose caller knows the number of a spoken code: it may try the words once (spec §6.8). */
import type { Duplex } from 'node:stream'
import {
  answerMeeting,
  Fault,
  MEETING_REQUEST_MAX_BYTES,
  PeerFault,
  refuseMeeting,
  SPOKEN_TRIES,
  type Clock,
  type InviterMeeting,
  type OpenSpoken,
  type Primitives,
  type Random,
  type SpokenInvitations,
  type Suite,
} from '@triode/core'
import type { Tunnel } from '@triode/tunnel'
import { collect } from './collect.ts'
import { publicKeyOf } from './spokenIdentity.ts'
import { JOIN_TIMEOUT_MS } from '../tuning.ts'

/** First the joiner's share, then its proof: each a request and an answer of its own. */
export const MEET_PATH = '/meet'
export const MEET_PROOF_PATH = '/meet/proof'

export interface SpokenHost {
  readonly suite: Suite
  readonly primitives: Primitives
  readonly random: Random
  readonly clock: Clock
  readonly spoken: SpokenInvitations
}

/** @param spoken the code whose number the caller knocked with */
export function serveSpoken(
  host: SpokenHost,
  spoken: OpenSpoken,
  tunnel: Tunnel,
  onFault: (fault: Fault) => void,
): void {
  const meeting = new ServedMeeting(host, spoken, tunnel, onFault)
  const deadline = setTimeout(() => {
    tunnel.destroy(new PeerFault('join-timeout'))
  }, JOIN_TIMEOUT_MS)
  void tunnel.closed.then(() => {
    clearTimeout(deadline)
    meeting.closed()
  })
  tunnel.onStream((path, stream) => {
    void meeting.serve(path, stream)
  })
}

class ServedMeeting {
  private readonly host: SpokenHost
  private readonly spoken: OpenSpoken
  private readonly tunnel: Tunnel
  private readonly onFault: (fault: Fault) => void
  /** Where the caller is; each step is taken once. */
  private next: string | undefined = MEET_PATH
  /** The run that a try was counted for. */
  private run: { readonly meeting: InviterMeeting | undefined } | undefined

  constructor(host: SpokenHost, spoken: OpenSpoken, tunnel: Tunnel, onFault: (fault: Fault) => void) {
    this.host = host
    this.spoken = spoken
    this.tunnel = tunnel
    this.onFault = onFault
  }

  async serve(path: string, stream: Duplex): Promise<void> {
    if (path !== this.next) {
      stream.destroy()
      return
    }
    this.next = undefined
    try {
      const request = await collect(stream, MEETING_REQUEST_MAX_BYTES, JOIN_TIMEOUT_MS)
      stream.end(path === MEET_PATH ? this.answer(request) : this.judge(request))
    } catch (cause) {
      this.onFault(cause instanceof Fault ? cause : new PeerFault('join-failed', { cause }))
      // What is no fault of the caller's must not look like a refusal: it may come again.
      if (!(cause instanceof PeerFault)) stream.destroy()
      else if (!stream.destroyed) stream.end(refuseMeeting())
    }
  }

  /** The try is counted, durably, before anything that depends on the words is computed, let alone sent. */
  private answer(hello: Uint8Array): Uint8Array {
    const { suite, primitives, random, spoken, clock } = this.host
    const { code, identity } = spoken.begin(this.spoken.code.number, clock.now())
    this.run = { meeting: undefined }
    const binding = {
      suite,
      primitives,
      exporter: this.tunnel.exporter(),
      joinerKey: this.tunnel.peerKey,
      inviterKey: publicKeyOf(suite, identity),
    }
    const meeting = answerMeeting(binding, code, hello, random)
    this.run = { meeting }
    this.next = MEET_PROOF_PATH
    return meeting.answer
  }

  private judge(proof: Uint8Array): Uint8Array {
    const meeting = this.run?.meeting
    if (meeting?.holds(proof) !== true) throw this.wrongTry()
    this.run = undefined
    const { spoken, clock } = this.host
    spoken.giveBack(this.spoken.code.number, clock.now())
    return meeting.handOver(this.spoken.link)
  }

  /** Whoever hung up after its try was counted is told of like one who was wrong. */
  closed(): void {
    if (this.run !== undefined) this.onFault(this.wrongTry())
  }

  private wrongTry(): PeerFault {
    this.run = undefined
    const { spoken, clock } = this.host
    const left = spoken.triesLeft(this.spoken.invitation, clock.now()) ?? 0
    return left > 0 ? wrong(left) : usedUp()
  }
}

function wrong(left: number): PeerFault {
  return new PeerFault('code-wrong', {
    details: { of: 'call', left, tries: SPOKEN_TRIES },
    message: `Somebody called with the number of your spoken code and without its words; ${left} of ${SPOKEN_TRIES} tries are left.`,
    remedy: 'A slip while typing, perhaps. If it was not whom you invited, make a new code.',
  })
}

function usedUp(): PeerFault {
  return new PeerFault('code-dead', {
    details: { of: 'call', tries: SPOKEN_TRIES },
    message: `Your spoken code was tried ${SPOKEN_TRIES} times without its words, and is not good any more.`,
    remedy:
      'Make a new one with `triode invite --spoken`. If it was not whom you invited, use a link or meet.',
  })
}
