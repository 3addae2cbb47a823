/** The name that is being written after an `@`, and who fits it. */
export interface MentionAt {
  /** Where the `@` stands. */
  readonly from: number
  readonly to: number
  readonly typed: string
}

export interface Mentionable {
  readonly id: string
  readonly name: string
}

/** As many as are read at a glance. */
const MAX_OFFERED = 8
/** The longest part of a name that is still taken for one: two words. */
const TYPED = /(?:^|[\s(])@([\p{L}\p{N}_.'-]{0,32}(?: [\p{L}\p{N}_.'-]{0,32})?)$/u

/** @param caret characters before it */
export function mentionAt(text: string, caret: number): MentionAt | undefined {
  const [, typed] = TYPED.exec(text.slice(Math.max(0, caret - 68), caret)) ?? []
  return typed === undefined ? undefined : { from: caret - typed.length - 1, to: caret, typed }
}

/** Those whose name, or a word of it, begins so; those whose name begins so first. */
export function offered(people: readonly Mentionable[], typed: string): Mentionable[] {
  const wanted = typed.toLocaleLowerCase()
  const begins = (name: string) => name.toLocaleLowerCase().startsWith(wanted)
  const fits = people.filter(({ name }) => begins(name) || name.split(' ').some(begins))
  return fits
    .toSorted((one, other) => Number(begins(other.name)) - Number(begins(one.name)))
    .slice(0, MAX_OFFERED)
}

/** The text with the whole name in place of what was typed. */
export function completed(
  text: string,
  { from, to }: MentionAt,
  name: string,
): { readonly text: string; readonly caret: number } {
  const inserted = `@${name} `
  return {
    text: text.slice(0, from) + inserted + text.slice(to).replace(/^ /u, ''),
    caret: from + inserted.length,
  }
}

/** Whoever is named in the text. */
export function mentioned(text: string, people: readonly Mentionable[]): string[] {
  const found: string[] = []
  let rest = text
  // Longer names first, and taken out: "@Bob Q" names no "Bob".
  for (const { id, name } of people.toSorted((one, other) => other.name.length - one.name.length)) {
    const [before = '', ...after] = rest.split(`@${name}`)
    const isNamed = after.some((next) => !/^[\p{L}\p{N}]/u.test(next))
    if (!isNamed) continue
    found.push(id)
    rest = [before, ...after].join('\u0000')
  }
  return found
}
