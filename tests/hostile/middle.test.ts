/**
 * An active attacker in the middle of every way of joining: some hundred attacks of a dozen kinds, drawn from a seed. None
 * may succeed, and none of those that change anything may go unnoticed.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createSeededRandom, type SeededRandom } from '@triode/testkit'
import { answerAll, ask, callOn, dial, pass, pose, relay, type Change } from './middle.ts'
import { MiddleScene, type Outcome, type Round } from './middleScene.ts'
import { WAYS, type Ticket } from './middleWays.ts'
import { Rogue } from './rogue.ts'

/** Of each kind and way; the seed draws what varies. */
const ROUNDS = Number(process.env['MIDDLE_ROUNDS'] ?? 4)
const SEED = process.env['MIDDLE_SEED'] ?? 'the middle'

/** What a joiner is told when somebody stands in the way. */
const NAMED = [
  'fingerprint-mismatch',
  'code-wrong',
  'code-dead',
  'malformed',
  'oversize',
  'key-malformed',
  'version-unknown',
  'proof-invalid',
  'invitation-refused',
  'link-broken',
  'tunnel-closed',
  'timed-out',
  'inviter-unreachable',
  'peer-refused',
]

interface Attack {
  readonly name: string
  /** Whether a joiner may get in all the same: then Eve only carried what she could not change. */
  readonly harmless?: true
  readonly run: (round: Round, random: SeededRandom) => Promise<Outcome[]>
}

function below(random: SeededRandom, limit: number): number {
  const [a = 0, b = 0, c = 0] = random.bytes(3)
  return ((a << 16) | (b << 8) | c) % limit
}

function flipped(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const out = Uint8Array.from(bytes)
  if (out.length > 0) {
    const at = below(random, out.length)
    out[at] = (out[at] ?? 0) ^ (1 << below(random, 8))
  }
  return out
}

/** Eve ends the joiner's tunnel and has one of her own with Ann; messages go through `change`. */
async function terminating(round: Round, change: Change): Promise<Outcome[]> {
  const { identity, scene, got } = round
  const ticket = await round.invite()
  const address = await round.eve((socket) => {
    void (async () => {
      const from = await pose(socket, identity)
      if (from === undefined) return
      const to = await callOn(scene.place, identity, from.knock)
      if (to === undefined) from.destroy()
      else relay(from, to, change, got)
    })()
  })
  return [await round.attempt(ticket, address)]
}

/** Eve answers alone. */
async function posing(
  round: Round,
  answer: (path: string, request: Uint8Array) => Uint8Array,
): Promise<Outcome[]> {
  const ticket = await round.invite()
  const address = await round.eve((socket) => {
    void pose(socket, round.identity).then((tunnel) => {
      if (tunnel !== undefined) answerAll(tunnel, answer)
    })
  })
  return [await round.attempt(ticket, address)]
}

/** A joining through Eve's socket, whose bytes she keeps: what each side said on each connection. */
async function recorded(
  round: Round,
): Promise<{ outcome: Outcome; said: { up: Buffer[]; down: Buffer[] }[] }> {
  const ticket = await round.invite()
  const said: { up: Buffer[]; down: Buffer[] }[] = []
  const address = await round.eve((socket) => {
    const call: { up: Buffer[]; down: Buffer[] } = { up: [], down: [] }
    said.push(call)
    pass(socket, round.scene.place, async (chunk, towardsInviter) => {
      ;(towardsInviter ? call.up : call.down).push(chunk)
      return Promise.resolve(chunk)
    })
  })
  return { outcome: await round.attempt(ticket, address), said }
}

/**
 * Through Eve, and then, when she spoilt it, without her: whoever was admitted and never heard of it gets its answer then, so that
 * the one device more in the circle is shown to be the joiner's.
 */
async function afterAll(round: Round, ticket: Ticket, address: string): Promise<Outcome> {
  const outcome = await round.attempt(ticket, address, 0, 2_000)
  if (typeof outcome !== 'string') return outcome
  assert.ok(NAMED.includes(outcome), `named ${outcome}`)
  const { host, port } = round.scene.place
  return round.attempt(ticket, `${host}:${String(port)}`)
}

const ATTACKS: readonly Attack[] = [
  {
    name: 'terminates TLS on both sides and hands everything on',
    run: (round) => terminating(round, (m) => m),
  },
  {
    name: 'terminates TLS and changes one bit of one message',
    run: (round, random) => {
      const which = below(random, 4)
      return terminating(round, (message, index) => (index === which ? flipped(message, random) : message))
    },
  },
  {
    name: 'terminates TLS and hands on one message twice, for the next',
    run: (round) => {
      let last: Uint8Array | undefined
      return terminating(round, (message) => {
        const now = last ?? message
        last = message
        return now
      })
    },
  },
  { name: 'answers with what it was asked', run: (round) => posing(round, (_, request) => request) },
  {
    name: 'makes answers up',
    run: (round, random) => posing(round, () => random.bytes(below(random, 300))),
  },
  {
    name: 'says yes in the right form',
    run: (round, random) =>
      posing(round, (path) =>
        path === '/meet'
          ? Uint8Array.from([0x82, 0xf5, 0x58, 0x20, ...random.bytes(31), 0x01])
          : Uint8Array.from([0x83, 0xf5, 0x58, 0x20, ...random.bytes(32), 0x58, 0x40, ...random.bytes(64)]),
      ),
  },
  {
    name: 'swaps the messages of two who join at once',
    run: async (round) => {
      const { identity, scene, got } = round
      const tickets = [await round.invite(), await round.invite()]
      const address = await round.eve((socket) => {
        void (async () => {
          const from = await pose(socket, identity)
          if (from === undefined) return
          // Whoever means one is led to the other.
          const other = tickets.find(({ knock }) => knock !== from.knock)
          const to = await callOn(scene.place, identity, other?.knock ?? from.knock)
          if (to === undefined) from.destroy()
          else relay(from, to, (message) => message, got)
        })()
      })
      return Promise.all(tickets.map((ticket, who) => round.attempt(ticket, address, who)))
    },
  },
  {
    name: 'calls the inviter herself and guesses',
    harmless: true,
    run: async (round, random) => {
      const ticket = await round.invite()
      const tunnel = await callOn(round.scene.place, round.identity, ticket.knock)
      assert.ok(tunnel)
      const hello = Uint8Array.from([0x82, 0x01, 0x58, 0x20, ...random.bytes(31), 0x01])
      for (const path of ['/join', '/meet', '/meet/proof']) {
        const request =
          path === '/meet/proof' ? Uint8Array.from([0x81, 0x58, 0x20, ...random.bytes(32)]) : hello
        round.got.push({ path, answer: await ask(tunnel, path, request) })
      }
      tunnel.destroy()
      await round.noticed()
      return []
    },
  },
  {
    name: 'replays to the inviter what a joiner said',
    harmless: true,
    run: async (round) => {
      const { outcome, said } = await recorded(round)
      for (const { up } of said) {
        const socket = dial(round.scene.place)
        for (const chunk of up) socket.write(chunk)
        socket.end().resume()
        await new Promise((resolve) => socket.once('close', resolve))
      }
      await round.noticed()
      return [outcome]
    },
  },
  {
    name: 'replays to another joiner what the inviter said',
    run: async (round) => {
      const { outcome, said } = await recorded(round)
      assert.notEqual(typeof outcome, 'string', 'the one who was recorded got in')
      const ticket = await round.invite()
      let call = 0
      const address = await round.eve((socket) => {
        for (const chunk of said[call++ % said.length]?.down ?? []) socket.write(chunk)
        socket.resume()
      })
      return [outcome, await round.attempt(ticket, address, 1, 1_000)]
    },
  },
  {
    name: 'delays every packet',
    harmless: true,
    run: async (round, random) => {
      const ticket = await round.invite()
      const address = await round.eve((socket) => {
        pass(socket, round.scene.place, async (chunk) => {
          await new Promise((resolve) => setTimeout(resolve, below(random, 40)))
          return chunk
        })
      })
      return [await round.attempt(ticket, address, 0, 15_000)]
    },
  },
  {
    name: 'changes a bit of what passes, without ending TLS',
    harmless: true,
    run: async (round, random) => {
      const ticket = await round.invite()
      let left = below(random, 12_000)
      const address = await round.eve((socket) => {
        pass(socket, round.scene.place, async (chunk) => {
          const here = left >= 0 && left < chunk.length
          left -= chunk.length
          return Promise.resolve(here ? Buffer.from(flipped(chunk, random)) : chunk)
        })
      })
      return [await afterAll(round, ticket, address)]
    },
  },
  {
    name: 'cuts the first calls at some byte',
    harmless: true,
    run: async (round, random) => {
      const ticket = await round.invite()
      let calls = 0
      const address = await round.eve((socket) => {
        let left = ++calls > 1 ? Infinity : below(random, 10_000)
        pass(socket, round.scene.place, async (chunk) => {
          left -= chunk.length
          return Promise.resolve(left < 0 ? undefined : chunk)
        })
      })
      return [await afterAll(round, ticket, address)]
    },
  },
]

describe('the judge of these attacks', () => {
  it('notices when Eve gets in, and when she is answered yes', async () => {
    const [way] = WAYS
    assert.ok(way)
    const scene = await MiddleScene.open(way)
    try {
      const admitted = await scene.round()
      const { link } = await scene.ann.invite({ circle: admitted.circle })
      await Rogue.join(scene.place, link)
      await assert.rejects(admitted.judge([]), /nobody else was admitted/)
      const told = await scene.round()
      told.got.push({ path: '/meet/proof', answer: Uint8Array.from([0x81, 0xf5]) })
      await assert.rejects(told.judge([]), /answered yes/)
    } finally {
      await scene.close()
    }
  })
})

for (const way of WAYS) {
  describe(`whoever stands in the middle of joining by ${way.name}`, () => {
    let scene: MiddleScene
    const tally = new Map<string, number>()
    before(async () => {
      scene = await MiddleScene.open(way)
    })
    after(async () => {
      await scene.close()
      const counts = [...tally].map(([code, count]) => `${code} ${String(count)}`)
      process.stdout.write(`  ${way.name}: ${counts.toSorted().join(', ')}\n`)
    })

    for (const { name, harmless = false, run } of ATTACKS) {
      it(`${name}: gets nothing, and is noticed`, async () => {
        for (let n = 0; n < ROUNDS; n++) {
          const seed = `${SEED}/${way.name}/${name}/${String(n)}`
          const round = await scene.round()
          try {
            const outcomes = await run(round, createSeededRandom(seed))
            await round.judge(outcomes)
            for (const outcome of outcomes) {
              const code = typeof outcome === 'string' ? outcome : 'joined'
              tally.set(code, (tally.get(code) ?? 0) + 1)
              if (code !== 'joined') assert.ok(NAMED.includes(code), `named ${code}`)
            }
            if (!harmless) assert.equal(typeof outcomes.at(-1), 'string', 'the joiner noticed')
          } catch (cause) {
            throw new Error(`with the seed ${seed}`, { cause })
          } finally {
            round.end()
          }
        }
      })
    }
  })
}
