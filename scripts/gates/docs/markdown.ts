/** The text of a document without its fenced blocks, where brackets and hashes mean something else. */
export function withoutFences(text: string): string {
  return text.replaceAll(/^(```|~~~)[\s\S]*?^\1[^\n]*$/gm, '')
}
