import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PeerFault, Unavailable } from '@triode/core'
import { findInviter, type Sought } from '../../src/joining/findInviter.ts'
import type { MadeTunnel } from '../../src/network/dialer.ts'
import type { Unlocked } from '../../src/unlocked.ts'

interface Target {
  readonly signal: AbortSignal
}

/** Rounds of dialing: each fails with the next of `faults`, and the last one hangs until the deadline. */
function looking(...faults: readonly Error[]): Promise<MadeTunnel> {
  return lookingFor({ far: new Set(['a name of the day']) }, faults)
}

function lookingFor(names: Partial<Sought['names']>, faults: readonly Error[]): Promise<MadeTunnel> {
  const left = [...faults]
  const dialAny = (_addresses: unknown, _identity: unknown, { signal }: Target): Promise<never> =>
    new Promise((_resolve, reject) => {
      const fault = left.shift()
      if (fault !== undefined) reject(fault)
      else signal.addEventListener('abort', () => reject(new Unavailable('aborted')))
    })
  const network = { signal: new AbortController().signal, watchNames: () => () => undefined, dialAny }
  const sought = {
    names: { lan: new Set(), ...names },
    addresses: ['tcp:192.0.2.1:1'],
    knock: () => 'a',
    judge: () => undefined,
  }
  return findInviter({ network } as unknown as Unlocked, sought as unknown as Sought, 1_000)
}

const silence = new Unavailable('unreachable')
const unknown = new PeerFault('knock-unknown')

describe('an inviter that is not found', () => {
  it('may have revoked the invitation, if anybody ever answered at its address', async () => {
    for (const faults of [[unknown], [unknown, silence], [silence, unknown]])
      await assert.rejects(looking(...faults), {
        code: 'inviter-unreachable',
        message: 'Who answers at the address of the invitation knows nothing of it.',
        remedy: /^An invitation that was revoked/,
      })
  })

  it('is away, if nobody did', async () => {
    await assert.rejects(looking(silence, silence), {
      code: 'inviter-unreachable',
      message: 'The device that made the invitation could not be reached.',
      remedy:
        /running.*If it is, the invitation may have been revoked.*`triode channel on dht`.*`triode channel on tor`/,
    })
  })

  it('by a spoken code, is in reach or not: a link leads farther', async () => {
    await assert.rejects(lookingFor({ far: new Set() }, [silence]), {
      code: 'inviter-unreachable',
      details: { of: 'silent-to-code' },
      remedy: /in the same network.*ask for a link/,
    })
  })
})
