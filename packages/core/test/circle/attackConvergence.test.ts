/** Histories by devices that all lie: whoever has the same entries sees the same circle, in whatever order they came. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import type { EntryHash, MembershipLog, RuleName } from '@triode/core'
import { createSeededRandom, type SeededRandom } from '@triode/testkit'
import { logOf, Mischief, type Mood } from './attackHistory.ts'
import { canonical, canonicalUnnamed } from './canonical.ts'

type Signed = Mischief['signed']

/** Take ten seconds or so; TRIODE_HISTORIES asks for more. */
const HISTORIES = Number(process.env['TRIODE_HISTORIES'] ?? 500)
const FIRST = Number(process.env['TRIODE_FIRST_HISTORY'] ?? 0)

const MOODS: readonly Mood[] = [
  { entries: 12, honesty: 0.2, approvals: false },
  { entries: 14, honesty: 0.3, approvals: true },
  { entries: 25, honesty: 0.5, approvals: false },
  { entries: 30, honesty: 0.6, approvals: true },
]

/** An author's seniority hung on which of its admissions had come first. */
const ONCE_DIFFERED = [12_471]

/** Parents first, else at random. */
function parentsFirst(signed: Signed, random: SeededRandom): Uint8Array[] {
  const here = new Set<EntryHash>()
  const left = new Set(signed)
  const order: Uint8Array[] = []
  while (left.size > 0) {
    const ready = [...left].filter(({ entry }) => entry.parents.every((parent) => here.has(parent)))
    const one = random.pick(ready)
    here.add(one.entry.hash)
    left.delete(one)
    order.push(one.bytes)
  }
  return order
}

/** What differs between the ways to come to know `signed`; undefined: nothing. */
function difference(history: Mischief, signed: Signed, seed: number): string | undefined {
  const random = createSeededRandom(`order/${seed}`)
  const { suite, circle, names } = history
  const bytes = signed.map((one) => one.bytes)
  const whole = logOf(suite, circle, bytes, () => false, names)
  const expected = canonical(whole.state())
  const ways: Readonly<Record<string, () => MembershipLog>> = {
    'one by one': () => logOf(suite, circle, bytes, () => true, names),
    'last first': () => logOf(suite, circle, bytes.toReversed(), () => true, names),
    'parents first': () => logOf(suite, circle, parentsFirst(signed, random), () => true, names),
    'parents first, seldom looking': () =>
      logOf(suite, circle, parentsFirst(signed, random), () => random.chance(0.3), names),
    'parents first, not looking': () =>
      logOf(suite, circle, parentsFirst(signed, random), () => false, names),
    reloaded: () => {
      const log = logOf(suite, circle, parentsFirst(signed, random), () => random.chance(0.5), names)
      log.reload()
      return log
    },
  }
  for (const [way, make] of Object.entries(ways)) {
    const log = make()
    if (log.size !== whole.size) return `${way}: ${log.size} of ${whole.size} entries`
    const found = canonical(log.state())
    if (!isDeepStrictEqual(found, expected)) {
      const parts = Object.keys(expected).filter((part) => !isDeepStrictEqual(found[part], expected[part]))
      return `${way}: ${parts.join(', ')}`
    }
  }
  return differsUnnamed(history, bytes, whole, random)
}

/** Who has no names key sees the same members, devices, roles, invitations and policies; and, given it later, all the rest. */
function differsUnnamed(
  { suite, circle, names }: Mischief,
  bytes: readonly Uint8Array[],
  whole: MembershipLog,
  random: SeededRandom,
): string | undefined {
  const log = logOf(suite, circle, random.shuffle(bytes), () => random.chance(0.2), undefined)
  if (log.size !== whole.size) return `unnamed: ${log.size} of ${whole.size} entries`
  if (!isDeepStrictEqual(canonicalUnnamed(log), canonicalUnnamed(whole))) return 'without the names key'
  if (log.state().rooms.size > 0 || log.state().name !== undefined) return 'names without the names key'
  log.learnNames(names.bytes)
  return isDeepStrictEqual(canonical(log.state()), canonical(whole.state())) ? undefined : 'named later'
}

/** The smallest history that still differs. */
function shrink(history: Mischief, seed: number): Signed {
  let signed = history.signed
  for (let at = signed.length - 1; at > 0; at = Math.min(at - 1, signed.length - 1)) {
    const fewer = history.without(at, signed)
    if (difference(history, fewer, seed) !== undefined) signed = fewer
  }
  return signed
}

function story(signed: Signed): string {
  const places = new Map(signed.map(({ entry }, at) => [entry.hash, at]))
  return signed
    .map(({ entry }, at) => {
      const payload = JSON.stringify(entry.payload, (_, value: unknown) =>
        value instanceof Uint8Array
          ? value.toHex().slice(0, 6)
          : typeof value === 'string'
            ? value.slice(0, 6)
            : value,
      )
      const parents = entry.parents.map((parent) => places.get(parent) ?? '?').join(',')
      return `${at} ${entry.hash.slice(0, 6)} by ${entry.author.slice(0, 6)}/${entry.sequence} on [${parents}] ${payload}`
    })
    .join('\n')
}

describe('A circle of liars', () => {
  it('converges from the histories that once differed', () => {
    for (const seed of ONCE_DIFFERED) {
      const mood = MOODS[seed % MOODS.length]
      assert.ok(mood)
      const history = new Mischief(seed, mood)
      assert.equal(difference(history, history.signed, seed), undefined, `history ${seed}`)
    }
  })

  it('converges, from thousands of small histories in every order', () => {
    const broken = new Map<RuleName, number>()
    let effective = 0
    for (let seed = FIRST; seed < FIRST + HISTORIES; seed++) {
      const mood = MOODS[seed % MOODS.length]
      assert.ok(mood)
      const history = new Mischief(seed, mood)
      const found = difference(history, history.signed, seed)
      if (found !== undefined) {
        const least = shrink(history, seed)
        assert.fail(`history ${seed}: ${found}; ${difference(history, least, seed) ?? ''}\n${story(least)}`)
      }
      const log = logOf(
        history.suite,
        history.circle,
        history.signed.map((one) => one.bytes),
        () => false,
        history.names,
      )
      for (const rule of log.state().refused.values()) broken.set(rule, (broken.get(rule) ?? 0) + 1)
      effective += log.size - log.state().refused.size
    }
    assert.ok(effective > HISTORIES * 5, `${effective} entries had an effect`)
    for (const rule of [
      'outranked',
      'signerIsMember',
      'signerDeviceStands',
      'circleStands',
      'invitationSpentOnce',
      'deviceIsNew',
    ] as const) {
      assert.ok((broken.get(rule) ?? 0) >= HISTORIES / 200, `${rule}: ${broken.get(rule) ?? 0}`)
    }
  })
})
