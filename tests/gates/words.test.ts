/** All that the device words has words in every language of the page (docs/accessibility.md, 3.1.2). */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { AUDIT_EVENTS, AUDIT_FIELD, AUDIT_DAMAGE, PEER_WORDS, RULE_WORDS } from '@triode/core'
import { filesOf } from '../../scripts/gates/files.ts'
import { REVEALS } from '../../packages/device/src/network/reveals.ts'
import { RENAMED } from '../../packages/device/src/vault/vaultFaults.ts'
import { WARNED_OF } from '../../packages/device/src/diagnosis/warnings.ts'
import { channelReveals } from '../../packages/web/src/settings/channelName.ts'
import { WORDS_AR } from '../../packages/web/src/i18n/words/ar/index.ts'
import type { WordCatalog } from '../../packages/web/src/i18n/words/catalog.ts'
import { WORDS_DE } from '../../packages/web/src/i18n/words/de/index.ts'
import { WORDS_EN } from '../../packages/web/src/i18n/words/en/index.ts'
import { deviceWords } from '../../packages/web/src/i18n/words/words.ts'
import { faultsIn, faultsOf, toldOf, type DetailNames, type MadeFault } from './faults.ts'

const CATALOGS = { en: WORDS_EN, de: WORDS_DE, ar: WORDS_AR } as const
const ROOT = process.cwd()

/** Where faults are made that no page shows as such: of a program in a terminal, before anything is served, or of a router, which is a reason of a channel (doctorWords.test.ts). */
const ELSEWHERE =
  /^(cli\/|api\/local\/(passphrase|apiFile)|api\/server\/(start|startOptions|server|keeper\/door|pages\/\w+)\.ts|channels\/portmap\/)/u

type Say = Pick<MadeFault, 'file' | 'line' | 'code' | 'details'> & { readonly isPeer?: boolean }

const made: readonly Say[] = [
  ...faultsOf(ROOT)
    .filter(({ file }) => !ELSEWHERE.test(file))
    .filter(
      ({ className, code = '', isWorded }) => className !== 'PeerFault' || isWorded || code in PEER_WORDS,
    )
    .map((fault) => ({ ...fault, isPeer: fault.className === 'PeerFault' })),
  ...toldOf(ROOT),
]

/** As a face gets it. */
function arriving({ code = '', details }: Say): { code: string; details: readonly DetailNames[] } {
  const given = details ?? []
  const renamed = RENAMED[code]
  if (renamed === undefined) return { code, details: given }
  return {
    code: renamed,
    details: given.map(({ of, names }) => ({ of: names.includes('of') ? of : code, names })),
  }
}

/** What of `says` this catalog can't say, with the details that it comes with. */
function gaps(
  locale: keyof typeof CATALOGS,
  says: readonly Say[],
  catalog: WordCatalog = CATALOGS[locale],
): string[] {
  const { said } = deviceWords(locale, catalog)
  return says.flatMap((say) => {
    const { code, details } = arriving(say)
    if (code === '') return []
    return details
      .filter(({ of, names }) => {
        const given = { ...Object.fromEntries(names.map((name) => [name, 1])), of }
        const status = say.isPeer === true ? { status: 502 } : {}
        return !said({ code, message: '', details: given, ...status }).isOurs
      })
      .map(({ of }) => `${say.file}:${String(say.line)}: ${code} (${of})`)
  })
}

/** Those that no literal in the sources names. */
const COMPUTED: readonly string[] = [
  ...Object.keys(RULE_WORDS).map((rule) => rule.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)),
  ...['unexpected', 'housekeeping-failed'],
  ...WARNED_OF,
]

/** What a circle is told to who is out of it, with the details of device/circle/standing.ts. */
const STANDING: readonly Say[] = ['removed', 'suspended', 'revoked', 'dissolved', 'left'].map((code) => ({
  file: 'device/circle/standing.ts',
  line: 0,
  code,
  details: [{ of: 'other', names: ['circle', 'by', 'at', 'erased'] }],
}))

for (const locale of ['en', 'de', 'ar'] as const) {
  test(`each fault and warning has words in ${locale}, from the details that it comes with`, () => {
    assert.ok(made.length > 200, `only ${String(made.length)} were found`)
    assert.deepEqual(gaps(locale, [...made, ...STANDING]), [])
  })

  test(`so have the rules of the membership log, and what a request is refused with at the door, in ${locale}`, () => {
    const { faults, peers } = CATALOGS[locale]
    const codes = [...COMPUTED, ...codesOf('packages/api/src/server/gate.ts'), ...limitCodes()]
    const missing = codes
      .map((code) => RENAMED[code] ?? code)
      .filter((code) => !(code in faults) && !(code in peers))
    assert.deepEqual(missing, [])
  })

  test(`each act, field and reason of the audit log has words in ${locale}`, () => {
    const { events, fields, reasons, kinds } = CATALOGS[locale]
    assert.deepEqual(Object.keys(events).sort(), Object.keys(AUDIT_EVENTS).sort())
    assert.deepEqual(Object.keys(fields).sort(), Object.keys(AUDIT_FIELD).sort())
    assert.deepEqual(Object.keys(reasons).sort(), [...lockReasons(), 'other'].sort())
    assert.ok(Object.keys(kinds).includes('other'))
  })

  test(`each damage of the audit log has words in ${locale}`, () => {
    const { said } = deviceWords(locale, CATALOGS[locale])
    const texts = Object.keys(AUDIT_DAMAGE).map(
      (damage) => said({ code: 'audit-damaged', message: '', details: { seq: 7, damage } }).message,
    )
    assert.equal(new Set(texts).size, texts.length)
  })
}

test('what each channel shows to others is told by the page itself', () => {
  const told = Object.keys(REVEALS).filter((name) => channelReveals((key) => key, name) === undefined)
  assert.deepEqual(told, [])
})

test('the page has no words for what no device says', () => {
  const known = new Set([...made, ...STANDING].map((say) => arriving(say).code))
  for (const code of [...COMPUTED, ...codesOf('packages/api/src/server/gate.ts'), ...limitCodes()])
    known.add(RENAMED[code] ?? code)
  // The audit log keeps the code of a refusal as the peer caused it.
  for (const code of Object.keys(PEER_WORDS)) known.add(code)
  const { faults, peers } = WORDS_EN
  const dead = Object.keys(faults).filter((code) => !known.has(code))
  assert.deepEqual(dead.concat(Object.keys(peers).filter((code) => code !== 'other' && !known.has(code))), [])
})

test('a fault without words, and one that lacks what its words take, are named', () => {
  const source = `
    throw new CallerFault('never-heard-of', { message: 'So.', remedy: 'Do.' })
    throw new CallerFault('file-absent', { message: 'So.', remedy: 'Do.' })
    throw new CallerFault('file-absent', { details: { path }, message: 'So.', remedy: 'Do.' })`
  assert.deepEqual(gaps('de', faultsIn('core/x.ts', source)), [
    'core/x.ts:2: never-heard-of (other)',
    'core/x.ts:3: file-absent (other)',
  ])
})

/** Codes that stand as literals in a file which makes its answers without faults. */
function codesOf(file: string): string[] {
  const source = readFileSync(file, 'utf8')
  return [...source.matchAll(/(?:code: |launchRefused\()'([a-z-]+)'/gu)].map(([, code = '']) => code)
}

/** Of what the schema refuses under the code of the device (api/schema/limit.ts). */
function limitCodes(): string[] {
  const schema = filesOf(ROOT, 'packages/api/src/schema/*.ts').flatMap(codesOf)
  // What zod calls its own.
  return schema.filter((code) => code !== 'custom')
}

function lockReasons(): string[] {
  const source = readFileSync('packages/device/src/vault/vaultLife.ts', 'utf8')
  const [, union = ''] = /lockNow\(reason: ([^)]+)\)/u.exec(source) ?? []
  return [...union.matchAll(/'([a-z]+)'/gu)].map(([, reason = '']) => reason)
}
