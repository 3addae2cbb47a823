/** Text of other people, before it meets a terminal. */

/**
 * C0, DEL and C1 controls move cursors and start escape sequences; bidi controls and line separators reorder what is
 * read; the byte-order mark hides. The joiners U+200C and U+200D stay, for scripts and emoji that need them.
 */
const DANGEROUS = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g // eslint-disable-line no-control-regex

/** One line, without anything that a terminal would obey; whatever separated words still does. */
export function cleanLine(text: string): string {
  return text.replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ').replace(DANGEROUS, '')
}

/** As cleanLine, with line ends kept. */
export function cleanText(text: string): string {
  return text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map(cleanLine)
    .join('\n')
}

/** JSON that is the same to a program and harmless to a terminal. */
export function cleanJson(value: unknown): string {
  return JSON.stringify(value).replace(DANGEROUS, (letter) => {
    return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
