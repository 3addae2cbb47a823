/**
 * Letters of other scripts, and digits, that most typefaces draw as a Latin letter: a bounded choice of ours, after the idea of Unicode's
 * UTS #39, whose whole list is twenty times as long as this page's words for a screen. Letters that it leaves out do pass.
 */
const PAIRS: Readonly<Record<string, string>> = {
  a: 'аαɑΑА',
  b: 'ЬьВΒ',
  c: 'сСϲᏟ',
  d: 'ԁᏧ',
  e: 'еЕΕҽ',
  f: 'ϝ',
  g: 'ցɡԌ',
  h: 'һհНΗᏂ',
  i: 'іıιɩ',
  j: 'јЈյ',
  k: 'кКκΚ',
  l: 'Iӏ1|lІΙӀՆ',
  m: 'мМΜ',
  n: 'ոηпΝ',
  o: 'оοσօОΟՕ0',
  p: 'рρРΡ',
  q: 'ԛզԚ',
  r: 'г',
  s: 'ѕЅՏ',
  t: 'тτТΤ',
  u: 'υսՍ',
  v: 'νѵѴ',
  w: 'ԝωшԜ',
  x: 'хχХΧ',
  y: 'уγУΥҮ',
  z: 'ΖᏃ',
}

const LATIN = new Map(
  Object.entries(PAIRS).flatMap(([latin, others]) => Array.from(others, (other) => [other, latin] as const)),
)

/** The text with each of them as the Latin letter. */
export function asLatin(text: string): string {
  return Array.from(text, (letter) => LATIN.get(letter) ?? letter).join('')
}
