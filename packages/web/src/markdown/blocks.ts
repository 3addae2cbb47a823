/** What a message is made of: paragraphs, code, quotes and lists. Whatever is none of these is text as it was written. */
import { parseInline, type Inline } from './inline.ts'

export type Block =
  | { readonly kind: 'paragraph'; readonly children: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string; readonly language: string }
  | { readonly kind: 'quote'; readonly children: readonly Block[] }
  | {
      readonly kind: 'list'
      /** The first number; undefined: bullets. */
      readonly start: number | undefined
      readonly items: readonly (readonly Inline[])[]
    }

/** A quote in a quote in a quote; more is text. */
const MAX_DEPTH = 3
const FENCE = /^ {0,3}```([^`]*)$/u
const QUOTE = /^ {0,3}> ?/u
const BULLET = /^ {0,3}[-*\u2022] +(?=\S)/u
const NUMBER = /^ {0,3}(\d{1,6})[.)] +(?=\S)/u

/** @param mentions names that may stand after an `@` */
export function parseBlocks(text: string, mentions: readonly string[] = []): Block[] {
  return blocksOf(text.split(/\r\n|\r|\n/u), mentions, 0)
}

function blocksOf(lines: readonly string[], mentions: readonly string[], depth: number): Block[] {
  const blocks: Block[] = []
  for (let at = 0; at < lines.length;) {
    const kind = kindOf(lines[at] ?? '', depth)
    const end = endOf(lines, at, kind, depth)
    const block = blockOf(kind, lines.slice(at, end), mentions, depth)
    if (block !== undefined) blocks.push(block)
    at = end
  }
  return blocks
}

type Kind = Block['kind'] | 'numbers' | 'blank'

function kindOf(line: string, depth: number): Kind {
  if (line.trim() === '') return 'blank'
  if (FENCE.test(line)) return 'code'
  if (depth < MAX_DEPTH && QUOTE.test(line)) return 'quote'
  if (BULLET.test(line)) return 'list'
  return NUMBER.test(line) ? 'numbers' : 'paragraph'
}

/** The line after the last of what begins at `at`. */
function endOf(lines: readonly string[], at: number, kind: Kind, depth: number): number {
  if (kind !== 'code') return firstFrom(lines, at + 1, (line) => kindOf(line, depth) !== kind)
  return Math.min(lines.length, firstFrom(lines, at + 1, (line) => /^ {0,3}```\s*$/u.test(line)) + 1)
}

/** Looks at nothing before `from`: a text of many blocks is read once. @returns the number of lines where there is none */
function firstFrom(lines: readonly string[], from: number, fits: (line: string) => boolean): number {
  for (let at = from; at < lines.length; at++) if (fits(lines[at] ?? '')) return at
  return lines.length
}

function blockOf(
  kind: Kind,
  lines: readonly string[],
  mentions: readonly string[],
  depth: number,
): Block | undefined {
  if (kind === 'blank') return undefined
  if (kind === 'code') return codeOf(lines)
  if (kind === 'quote') {
    const inner = lines.map((line) => line.replace(QUOTE, ''))
    return { kind, children: blocksOf(inner, mentions, depth + 1) }
  }
  if (kind === 'paragraph') return { kind, children: parseInline(lines.join('\n'), mentions) }
  const pattern = kind === 'list' ? BULLET : NUMBER
  const items = lines.map((line) => parseInline(line.replace(pattern, ''), mentions))
  const start = kind === 'list' ? undefined : Number(NUMBER.exec(lines[0] ?? '')?.[1])
  return { kind: 'list', start, items }
}

function codeOf(lines: readonly string[]): Block {
  const [first = '', ...rest] = lines
  const isClosed = rest.length > 0 && /^ {0,3}```\s*$/u.test(rest.at(-1) ?? '')
  const text = (isClosed ? rest.slice(0, -1) : rest).join('\n')
  return { kind: 'code', text, language: FENCE.exec(first)?.[1]?.trim() ?? '' }
}

/** The text alone, for a line that sums it up. @param maxChars longer ones end in … */
export function plainText(text: string, maxChars: number): string {
  const words = parseBlocks(text.slice(0, maxChars * 4))
    .map(plainBlock)
    .join(' ')
    .replace(/\s+/gu, ' ')
    .trim()
  return words.length > maxChars ? `${words.slice(0, maxChars).trimEnd()}…` : words
}

function plainBlock(block: Block): string {
  if (block.kind === 'code') return block.text
  if (block.kind === 'quote') return block.children.map(plainBlock).join(' ')
  if (block.kind === 'paragraph') return plainInline(block.children)
  return block.items.map(plainInline).join(', ')
}

function plainInline(inlines: readonly Inline[]): string {
  return inlines.map((inline) => ('children' in inline ? plainInline(inline.children) : inline.text)).join('')
}
