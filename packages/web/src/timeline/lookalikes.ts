/**
 * Letters of other scripts, and digits, that most typefaces draw as a Latin letter: a bounded choice of ours, after the idea of Unicode's
 * UTS #39, whose whole list is twenty times as long as this page's words for a screen. Letters that it leaves out do pass.
 */
const PAIRS: Readonly<Record<string, string>> = {
  a: 'аαɑΑАꓮᎪ',
  b: 'ЬьВΒꓐᏴ',
  c: 'сСϲᏟꓚ',
  d: 'ԁᏧꓓᎠ',
  e: 'еЕΕҽꓰᎬ',
  f: 'ϝꓝ',
  g: 'ցɡԌꓖᏀ',
  h: 'һհНΗᏂꓧᎻ',
  i: 'іıιɩᎥ',
  j: 'јЈյꓙᎫ',
  k: 'кКκΚꓗᏦ',
  l: 'Iӏ1|lІΙӀՆꓲꓡᏞ',
  m: 'мМΜꓟᎷ',
  n: 'ոηпΝꓠ',
  o: 'оοσօОΟՕ0ꓳ',
  p: 'рρРΡꓑᏢ',
  q: 'ԛզԚ',
  r: 'гꓣᏒ',
  s: 'ѕЅՏꓢᏚ',
  t: 'тτТΤꓔᎢ',
  u: 'υսՍꓴ',
  v: 'νѵѴꓦᏙ',
  w: 'ԝωшԜꓪᎳ',
  x: 'хχХΧꓫ',
  y: 'уγУΥҮꓬᎽ',
  z: 'ΖᏃꓜ',
}

const LATIN = new Map(
  Object.entries(PAIRS).flatMap(([latin, others]) => Array.from(others, (other) => [other, latin] as const)),
)

/** The text with each of them as the Latin letter. */
export function asLatin(text: string): string {
  return Array.from(text, (letter) => LATIN.get(letter) ?? letter).join('')
}
