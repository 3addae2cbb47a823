/** What to call members of whom several, by accident or on purpose, look the same by name. */
import type { Member } from '@triode/api'
import { asLatin } from './lookalikes.ts'

/** Letters of an id that a person can compare at a glance. */
const SHORT_ID_LETTERS = 6

export interface Words {
  /** What oneself is called: nobody else passes for that. */
  readonly me: string
  /** Of who has no name, or one that nobody can see. */
  readonly unnamed: (shortId: string) => string
}

export type Named = Pick<Member, 'member' | 'name'>

/** @param known what somebody was called who is there no more @returns what to call somebody */
export type NameOf = (member: string, known?: string) => string

/** With the beginning of the id behind names that look like another's; also of who is no member any more. */
export function distinctNames(members: readonly Named[], words: Words): NameOf {
  const looks = [words.me, ...members.map(({ name = '' }) => name)].flatMap((name) => [...looksOf(name)])
  const seen = new Set<string>()
  const alike = new Set(looks.filter((look) => seen.size === seen.add(look).size))
  const names = new Map(members.map(({ member, name = '' }) => [member, called(member, name, alike, words)]))
  return (member, known = '') => names.get(member) ?? called(member, known, seen, words)
}

function called(member: string, name: string, alike: ReadonlySet<string>, words: Words): string {
  const shortId = member.slice(0, SHORT_ID_LETTERS)
  const looks = looksOf(name)
  if (looks.has('')) return words.unnamed(shortId)
  const isLikeOthers = [...looks].some((look) => alike.has(look) || BRACKET.test(look))
  return isLikeOthers ? `${name} (${shortId})` : name
}

/** At the end of a name, it may stand for the beginning of somebody's id. */
const BRACKET = /[\p{Pe}\p{Pf}]$/u

/**
 * Names that a reader may take for one another have one in common: by accents, capitals, spaces, what can't be seen, or letters of
 * other scripts. A capital may look like a letter that its small one does not look like, so names are compared as they stand, too.
 */
export function looksOf(name: string): ReadonlySet<string> {
  const seen = name
    .normalize('NFKD')
    .replaceAll(/[\p{Default_Ignorable_Code_Point}\p{C}\p{M}\p{Z}\u2800]/gu, '')
  return new Set([asLatin(seen).toLowerCase(), asLatin(seen.toLowerCase())])
}
