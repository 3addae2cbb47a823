/** From a spoken code to the link that it stands for: find who holds it, prove the words, and be told (spec §6.8). */
import {
  codeDead,
  formatLink,
  hourOf,
  hoursAround,
  MAX_ADDRESSES,
  MEETING_ANSWER_MAX_BYTES,
  parseLink,
  parseSpokenCode,
  PeerFault,
  SPOKEN_TRIES,
  spokenKnockName,
  spokenLanName,
  startMeeting,
  type SpokenCode,
  type SpokenIdentity,
  type Suite,
} from '@triode/core'
import type { Tunnel } from '@triode/tunnel'
import type { CirclesContext } from '../circle/circlesContext.ts'
import { collect } from './collect.ts'
import type { MadeTunnel } from '../network/dialer.ts'
import { findInviter, remoteAddress, typedAddresses, wasCut } from './findInviter.ts'
import type * as service from '../service.ts'
import { asTunnelIdentity, makeSpokenIdentity, publicKeyOf, spokenSuite } from './spokenIdentity.ts'
import { MEET_PATH, MEET_PROOF_PATH } from './spokenServe.ts'
import { JOIN_TIMEOUT_MS } from '../tuning.ts'
import type { Unlocked } from '../unlocked.ts'

/**
 * The invitation behind a spoken code, with the address at which the inviter answered. Whoever stands in the inviter's place has
 * one guess at the words each time this gets as far as a proof: when cut short it is done again, SPOKEN_TRIES times in all.
 * @throws CallerFault 'code-malformed' | 'address-malformed'; PeerFault 'code-wrong' | 'code-dead';
 *   Unavailable 'inviter-unreachable' | 'link-broken' | 'timed-out'
 */
export async function linkOfSpoken(
  unlocked: Unlocked,
  context: CirclesContext,
  input: service.JoinInput,
  timeoutMs: number,
): Promise<string> {
  const code = parseSpokenCode(input.link)
  const addresses = typedAddresses(input.at)
  const { clock, primitives, random } = context
  const suite = spokenSuite(primitives)
  const until = clock.elapsed() + timeoutMs
  for (let run = 1; ; run++) {
    const joiner = { unlocked, context, suite, code, identity: await makeSpokenIdentity(suite, random) }
    const made = await findHolder(joiner, addresses, Math.max(0, until - clock.elapsed()))
    try {
      return await meet(joiner, made)
    } catch (cause) {
      if (!wasCut(cause) || run >= SPOKEN_TRIES || clock.elapsed() >= until) throw cause
    }
  }
}

interface Joiner {
  readonly unlocked: Unlocked
  readonly context: CirclesContext
  readonly suite: Suite
  readonly code: SpokenCode
  readonly identity: SpokenIdentity
}

async function findHolder(
  { unlocked, context, suite, code, identity }: Joiner,
  addresses: readonly string[],
  timeoutMs: number,
): Promise<MadeTunnel> {
  const hour = (): number => hourOf(context.clock.now())
  return findInviter(
    unlocked,
    {
      names: {
        lan: new Set(hoursAround(hour()).map((at) => spokenLanName(suite, code.number, at))),
        // Its number can be guessed by trying all: that is nothing to look up in public.
        far: new Set<string>(),
      },
      addresses,
      identity: asTunnelIdentity(suite, identity),
      knock: () => spokenKnockName(suite, code.number, hour()),
      // Who it is shows in the meeting: its key was made for that.
      authorize: () => true,
      judge: (cause) => {
        // On a LAN whoever repeats the name may answer so; at an address that was typed it is the inviter's word.
        const unknown = cause instanceof PeerFault && cause.code === 'knock-unknown'
        if (unknown && addresses.length > 0) throw codeDead()
      },
    },
    timeoutMs,
  )
}

/** The tunnel is for this alone, and ends with the network. */
async function meet(joiner: Joiner, made: MadeTunnel): Promise<string> {
  const { clock } = joiner.context
  const { signal } = joiner.unlocked.network
  const { tunnel } = made
  const end = (): void => {
    tunnel.destroy()
  }
  signal.addEventListener('abort', end)
  try {
    const link = parseLink(await exchange(joiner, tunnel), clock.now())
    const addresses = new Set([remoteAddress(made), ...link.addresses])
    return formatLink({ ...link, addresses: [...addresses].slice(0, MAX_ADDRESSES) })
  } finally {
    signal.removeEventListener('abort', end)
    tunnel.close()
  }
}

async function exchange({ context, suite, code, identity }: Joiner, tunnel: Tunnel): Promise<string> {
  const { primitives, random } = context
  const binding = {
    suite,
    primitives,
    exporter: tunnel.exporter(),
    joinerKey: publicKeyOf(suite, identity),
    inviterKey: tunnel.peerKey,
  }
  const meeting = startMeeting(binding, code, random)
  const { proof, finish } = meeting.prove(await ask(tunnel, MEET_PATH, meeting.hello))
  return finish(await ask(tunnel, MEET_PROOF_PATH, proof))
}

function ask(tunnel: Tunnel, path: string, request: Uint8Array): Promise<Uint8Array> {
  const stream = tunnel.open(path)
  stream.end(request)
  return collect(stream, MEETING_ANSWER_MAX_BYTES, JOIN_TIMEOUT_MS)
}
