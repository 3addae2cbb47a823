/** A name that does no harm on any disk: one component of a path on Linux, macOS and Windows (spec §15.5). Pure. */
import { utf8 } from '../bytes.ts'
import { MAX_FILE_NAME_BYTES } from './spec.ts'

/** What Windows, or what carries its disks over a network, takes for something else than a letter. */
const FORBIDDEN = /[\p{Cc}/\\:*?"<>|\u2028\u2029\ufffe\uffff\uf000-\uf0ff]/u
/** What can't be seen, and changes the direction of text; but for what joins letters and emoji, and what flags are made of. */
const INVISIBLE = /(?![\p{Join_Control}\u{e0020}-\u{e007f}])\p{Cf}/u
const ENDS = /^[\p{White_Space}]+|[\p{White_Space}.]+$/gu
/** Devices of Windows, whatever follows a dot. */
const RESERVED = /^(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9])$/
/** Units of an extension that is worth keeping when a name is cut. */
const MAX_EXTENSION = 16

/** Never empty; the same for what it gave itself. */
export function safeName(name: string): string {
  let safe = name.toWellFormed().normalize('NFC')
  for (;;) {
    const next = step(safe)
    if (next === safe) return safe
    safe = next
  }
}

/** Name and extension, the latter with its dot; without one that is worth keeping, it is empty. */
export function splitExtension(name: string): [stem: string, extension: string] {
  const dot = name.lastIndexOf('.')
  const has = dot > 0 && name.length - dot <= MAX_EXTENSION
  return has ? [name.slice(0, dot), name.slice(dot)] : [name, '']
}

/** `stem` cut so that with `rest` it is no longer than a name may be. */
export function cutToFit(stem: string, rest: string): string {
  const letters = Array.from(stem).slice(0, MAX_FILE_NAME_BYTES)
  let start = stem
  while (!fits(start + rest) && letters.pop() !== undefined) start = letters.join('')
  return start
}

function step(name: string): string {
  const harmless = isHarmful(name) ? Array.from(name, (one) => (isHarmful(one) ? '_' : one)).join('') : name
  const trimmed = harmless.replace(ENDS, '').normalize('NFC')
  const free = isReserved(trimmed) ? `_${trimmed}` : trimmed
  return cut(free === '' ? '_' : free)
}

/** Also what some system might write as something harmful. */
function isHarmful(text: string): boolean {
  return INVISIBLE.test(text) || FORBIDDEN.test(text) || FORBIDDEN.test(text.normalize('NFKC'))
}

function isReserved(name: string): boolean {
  const [stem = ''] = name.normalize('NFKC').split('.')
  return RESERVED.test(stem.trimEnd().toUpperCase())
}

function cut(name: string): string {
  const [stem, extension] = splitExtension(name)
  return cutToFit(stem, extension) + extension
}

/** Some count bytes, some what is left when letters are taken apart. */
function fits(name: string): boolean {
  return utf8(name).length <= MAX_FILE_NAME_BYTES && name.normalize('NFD').length <= MAX_FILE_NAME_BYTES
}
