/** Finds the decoders of the sources, so that none is without a target. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesOf } from '../../scripts/gates/files.ts'

/** Names of what takes bytes or text of others apart. */
const NAME =
  /^export (?:async )?(?:function\*? |class |const )((?:decode|parse|unpad|unpack|unseal|unwrap)\b|(?:(?:try)?[dD]ecode|[pP]arse|[rR]ead|[oO]pen|[uU]npack|[uU]npad|[uU]nseal|[uU]nwrap|[fF]rom|[vV]erify|[iI]mport|[sS]plit)[A-Z]\w*|\w*(?:Reader|Splitter|Parser|Decoder|FromFields))\b/gm
/** The API's: the target `api-body` puts every input through all of them. */
const SCHEMA = /Schema$/
/** Calls that begin to take something apart, wherever they stand. */
const CALL =
  /\b(?:decodeValue|decodeRecord|decodeStored|decodeStoredList|Reader\.decode|JSON\.parse|fromSecret|fromPkcs8|createPublicKey|createPrivateKey)\(|\.safeParse\(/
/** The functions that are called there. */
const DEFINES = /core\/codec\/|core\/ports\//

/**
 * What needs a target, below `root`: `core/circle/card.ts openCard` for an exported decoder, and `core/sync/x.ts` for a file
 * that takes something apart without exporting a decoder by its name.
 */
export function decodersOf(root: string): string[] {
  return filesOf(root, 'packages/*/src/**/*.ts').flatMap((file) => {
    if (file.startsWith('packages/testkit/')) return []
    const name = file.replace(/^packages\//, '').replace('/src/', '/')
    const source = readFileSync(join(root, file), 'utf8')
    const decoders = [...source.matchAll(NAME)].map(([, decoder = '']) => decoder)
    const exported = decoders
      .filter((decoder) => !SCHEMA.test(decoder))
      .map((decoder) => `${name} ${decoder}`)
    return exported.length === 0 && CALL.test(source) && !DEFINES.test(name) ? [name] : exported
  })
}

/** What no target covers, what covers nothing, and what is excepted without need. */
export function gapsOf(
  found: readonly string[],
  covered: readonly string[],
  excepted: readonly string[],
): string[] {
  const known = new Set([...covered, ...excepted])
  const fileOf = (decoder: string): string => decoder.split(' ')[0] ?? ''
  const files = new Set([...covered, ...excepted].map(fileOf))
  const isCovered = (decoder: string): boolean =>
    known.has(decoder) || (!decoder.includes(' ') && files.has(decoder))
  const foundFiles = new Set(found.map(fileOf))
  return [
    ...found
      .filter((decoder) => !isCovered(decoder))
      .map((decoder) => `${decoder}: no fuzz target; add one to tests/fuzz/targets`),
    ...excepted
      .filter((decoder) => !found.includes(decoder))
      .map((decoder) => `${decoder}: an exception for what is not there`),
    ...excepted
      .filter((decoder) => covered.includes(decoder))
      .map((decoder) => `${decoder}: an exception, and a target`),
    ...covered
      .filter(
        (decoder) => !foundFiles.has(fileOf(decoder)) && decoder.includes(' ') && !found.includes(decoder),
      )
      .map((decoder) => `${decoder}: covered, but not there`),
  ]
}
