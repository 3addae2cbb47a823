/** A file's name before people's eyes: it is its sender who chose it. */

/** What can't be seen or turns the direction of the rest; but for what joins letters and emoji, and what flags are made of. */
const HIDDEN = /(?![\p{Join_Control}\u{e0020}-\u{e007f}])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** The name with a sign for each thing that hides in it, so that no program passes for a document (`fdp.exe` read backwards). */
export function shownName(name: string): string {
  return name.replaceAll(HIDDEN, '\ufffd')
}
