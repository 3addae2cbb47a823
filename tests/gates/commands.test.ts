/** Commands and options that documents name are those that there are, and the guide has each of them. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { START_HELP } from '../../packages/api/src/server/startOptions.ts'
import { COMMANDS } from '../../packages/cli/src/commands/index.ts'
import { filesOf } from '../../scripts/gates/files.ts'

const ROOT = process.cwd()
const GUIDE = 'docs/guides/cli.md'
/** Of every command that takes a FILE: the guide says it once, below its table. */
const OF_FILES = '--in'
const OPTION = /--[a-z][a-z-]*/gu
const FOR_EVERY_COMMAND = ['--json', '--home', '--passphrase-file', '--help', '--version']

/** Options by command, each with all that it can be written as. */
const KNOWN = new Map<string, readonly (readonly string[])[]>([
  ...COMMANDS.map(({ usage, options = [] }): [string, string[][]] => [
    usage
      .split(' ')
      .filter((word) => /^[a-z]/u.test(word))
      .join(' '),
    options.map(([flags]) =>
      flags
        .split(' ')
        .filter((word) => word.startsWith('-'))
        .map((word) => word.replace(',', '')),
    ),
  ]),
  ['start', [...new Set(START_HELP.match(OPTION))].map((option) => [option])],
  ['help', []],
])

/** What stands behind `triode` in code, whichever way it is called there. */
const CALL = /(?<![\w/-])(?:\.\/|\/opt\/triode\/)?triode (?<rest>[a-z-][^`|)>#&\n]*)/gu
const CODE = /^(?:```|~~~)[^]*?^(?:```|~~~)|^ {4}.*$|`[^`\n]+`/gmu

function callsIn(text: string): string[] {
  const code = Array.from(text.matchAll(CODE), ([part]) => part)
  return code.flatMap((part) => Array.from(part.matchAll(CALL), ({ groups }) => groups?.['rest'] ?? ''))
}

/** A comment, and what somebody else types, stand apart. */
function wordsOf(call: string): string[] {
  const [one = ''] = call.replaceAll(/'[^']*'|"[^"]*"/gu, 'X').split(/ {2,}| ?\$\(|;/u)
  return one.trim().split(' ')
}

function commandOf(words: readonly string[]): string | undefined {
  return [words.slice(0, 2).join(' '), words[0] ?? ''].find((name) => KNOWN.has(name))
}

/** What of a call there is not. */
function unknownIn(call: string): string[] {
  const words = wordsOf(call)
  const options = call.match(OPTION) ?? []
  const command = commandOf(words)
  const isOfAll = (option: string): boolean => FOR_EVERY_COMMAND.includes(option)
  if (command === undefined) return words[0]?.startsWith('-') === true && options.every(isOfAll) ? [] : [call]
  const known = KNOWN.get(command)?.flat() ?? []
  return options
    .filter((option) => !isOfAll(option) && !known.includes(option))
    .map((option) => `${command} ${option}`)
}

/** First cells of the guide's table of commands. */
function rows(): string[] {
  const [, section = ''] = readFileSync(join(ROOT, GUIDE), 'utf8').split('\n## Commands\n')
  const cells = Array.from(
    section.split('\n## ')[0]?.matchAll(/^\| (?<cell>`.*?`) \| /gmu) ?? [],
    ({ groups }) => groups?.['cell'] ?? '',
  )
  return cells.flatMap((cell) =>
    Array.from(cell.matchAll(/`([^`]+)`/gu), ([, call = '']) => call.replaceAll('\\|', '|')),
  )
}

describe('the commands that documents name', () => {
  for (const file of [...filesOf(ROOT, '*.md'), ...filesOf(ROOT, 'docs/**/*.md')]) {
    const calls = callsIn(readFileSync(join(ROOT, file), 'utf8'))
    if (calls.length === 0) continue
    it(`${file}: there are all ${String(calls.length)}`, () => {
      assert.deepEqual(calls.flatMap(unknownIn), [])
    })
  }

  it('would be found, if one were not', () => {
    const text =
      'Say `triode circle keeper C`, or:\n\n    ./triode start --keeper --hold-weeks 2 | cat   # as root\n'
    assert.deepEqual(callsIn(text).flatMap(unknownIn), ['circle keeper C', 'start --hold-weeks'])
  })

  it('are all in the table of the guide, with their options', () => {
    const table = rows()
    assert.ok(table.length > 80, 'it is found')
    assert.deepEqual(table.flatMap(unknownIn), [])
    const missing = [...KNOWN].flatMap(([command, options]) => {
      const own = table.filter((row) => commandOf(wordsOf(row)) === command)
      if (own.length === 0) return command === 'help' ? [] : [command]
      return options
        .filter((ways) => !ways.some((way) => FOR_EVERY_COMMAND.includes(way)))
        .filter((ways) => !(command.startsWith('file ') && ways.includes(OF_FILES)))
        .filter((ways) => !ways.some((way) => own.some((row) => row.includes(way))))
        .map(([way = '']) => `${command} ${way}`)
    })
    assert.deepEqual(missing, [])
  })
})
