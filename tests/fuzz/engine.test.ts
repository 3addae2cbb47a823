/** The engine finds what it is there to find: each kind of breach, planted. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { decodeValue, encodeValue, PeerFault, type Value } from '@triode/core'
import { parseTree, writeTree } from './engine/cborTree.ts'
import { shrunk } from './engine/corpus.ts'
import { breachOf } from './engine/contract.ts'
import { Coverage, type Guide } from './engine/coverage.ts'
import { fuzz, type FuzzOptions } from './engine/loop.ts'
import { target, type Target } from './target.ts'
import { codecTargets } from './targets/codec.ts'

const coverage = new Coverage()
after(() => {
  coverage.stop()
})

const options: FuzzOptions = { seed: 'canary', maxMs: Infinity, maxRuns: 50_000, corpus: [] }
/** A collection of garbage in the middle of a run hides what it took. */
const LOOKS = 5

/** Without V8's counts, which differ from run to run, the seed alone says which inputs are tried. */
const BLIND: Guide = { takeNews: () => false, hasNews: () => false, reset: () => undefined, size: 0 }

/** A decoder with a fault deep inside: only the structure of its input leads there. */
function planted(broken: (value: readonly Value[]) => unknown, maxMs?: number): Target {
  return target({
    name: 'planted',
    covers: [],
    faults: [PeerFault],
    seeds: () => [encodeValue([1, [2, new Uint8Array(4)], 'text'])],
    ...(maxMs !== undefined && { maxMs }),
    decode: (input) => {
      const value = decodeValue(input, 8_192)
      return Array.isArray(value) ? broken(value as readonly Value[]) : value
    },
  })
}

const isOdd = ([first]: readonly Value[]): boolean => first === 65_536

const PLANTED: Readonly<Record<string, Target>> = {
  error: planted((value) => {
    if (isOdd(value)) throw new TypeError('not a fault')
  }),
  time: planted((value) => {
    if (!isOdd(value)) return
    for (const end = performance.now() + 120; performance.now() < end;);
  }, 100),
  memory: planted((value) => (isOdd(value) ? new Uint8Array(64 * 1_048_576) : undefined)),
  contract: target({
    name: 'planted',
    covers: [],
    faults: [PeerFault],
    seeds: () => [encodeValue([1, 'text'])],
    decode: (input) => decodeValue(input, 8_192),
    encode: (value) =>
      Array.isArray(value) && isOdd(value as readonly Value[]) ? new Uint8Array(1) : encodeValue(value),
  }),
}

for (const [kind, wrong] of Object.entries(PLANTED)) {
  test(`a decoder that breaks its contract by ${kind} is found`, async () => {
    const { found, runs } = await fuzz(wrong, BLIND, options)
    assert.equal(found?.breach.kind, kind, `not in ${String(runs)} inputs`)
    const small = await shrunk(wrong, found.input, kind)
    assert.ok(small.length <= found.input.length)
    assert.equal(await seen(wrong, small), kind)
  })
}

async function seen(wrong: Target, input: Uint8Array): Promise<string | undefined> {
  let breach = await breachOf(wrong, input)
  for (let look = 1; look < LOOKS && breach === undefined; look++) breach = await breachOf(wrong, input)
  return breach?.kind
}

/** What `fuzz` tries, in hex. */
async function tried(seeds: readonly Value[], given: Partial<FuzzOptions>): Promise<string[]> {
  const inputs: string[] = []
  const noting = target({
    name: 'noting',
    covers: [],
    faults: [PeerFault],
    seeds: () => seeds.map(encodeValue),
    decode: (input) => inputs.push(input.toHex()),
  })
  await fuzz(noting, BLIND, { ...options, ...given })
  return inputs
}

test('the same seed tries the same inputs, another one others', async () => {
  const first = await tried([[1, [2]]], { seed: 'one', maxRuns: 500 })
  assert.deepEqual(await tried([[1, [2]]], { seed: 'one', maxRuns: 500 }), first)
  assert.notDeepEqual(await tried([[1, [2]]], { seed: 'two', maxRuns: 500 }), first)
})

test('the seeds are not crowded out by what was kept', async () => {
  const corpus = Array.from({ length: 500 }, (_, index) => encodeValue(index))
  const inputs = await tried([[1, 'the seed']], { corpus, maxRuns: 2_500 })
  const mutated = inputs.slice(1 + corpus.length)
  const ofSeed = mutated.filter((input) => input.includes(Buffer.from('seed').toString('hex')))
  assert.ok(ofSeed.length > mutated.length / 10, `${String(ofSeed.length)} of ${String(mutated.length)}`)
})

test('inputs that reach new code are kept, and lead further', async () => {
  const [cbor] = codecTargets
  assert.ok(cbor !== undefined)
  const bare: Target = { ...cbor, seeds: () => [new Uint8Array(1)] }
  const { kept, covered } = await fuzz(bare, coverage, { ...options, maxRuns: 5_000 })
  assert.ok(kept.length >= 5, `only ${String(kept.length)} were kept`)
  assert.ok(covered > 1_000)
})

test('a tree of CBOR is written as it was read, and a lie about a length stays', () => {
  const bytes = encodeValue([1, encodeValue([2, 'text']), new Uint8Array(300), -5, [null, true]])
  const tree = parseTree(bytes)
  assert.ok(tree !== undefined)
  assert.deepEqual(new Uint8Array(writeTree(tree)), bytes)
  Object.assign(tree, { argument: 9n, lies: true })
  assert.equal(writeTree(tree)[0], 0x89)
})
