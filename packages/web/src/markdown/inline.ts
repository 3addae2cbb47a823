/**
 * What stands inside a line: bold, italic, struck, code, links, mentions. One pass finds the marks, one makes a tree of them;
 * neither looks twice at anything, so that a hostile text costs no more than an honest one.
 */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'mention'; readonly text: string }
  | {
      readonly kind: 'link'
      readonly text: string
      readonly href: string
      readonly host: string
      readonly isPlain: boolean
    }
  | { readonly kind: 'bold' | 'italic' | 'struck'; readonly children: readonly Inline[] }

type Style = 'bold' | 'italic' | 'struck'
type Token = Inline | Mark
interface Mark {
  readonly kind: 'mark'
  readonly text: string
  /** Where the mark is that belongs to it: none, and it is text. */
  partner?: number
}

const STYLES: Readonly<Record<string, Style>> = {
  '**': 'bold',
  __: 'bold',
  '*': 'italic',
  _: 'italic',
  '~~': 'struck',
}
/** What begins something: the rest is plain. */
const SPECIAL = /[*_~`[@]|\bhttps?:\/\//giu
const WORD = /[\p{L}\p{N}]/u

/** @param mentions names that may stand after an `@` */
export function parseInline(text: string, mentions: readonly string[] = []): Inline[] {
  return treeOf(tokensOf(text, mentions))
}

function tokensOf(text: string, mentions: readonly string[]): Token[] {
  const tokens: Token[] = []
  const scanner: Scanner = { text, tokens, marks: new Marks(tokens), mentions, noCodeOf: new Set() }
  let done = 0
  SPECIAL.lastIndex = 0
  for (let found = SPECIAL.exec(text); found !== null; found = SPECIAL.exec(text)) {
    const end = scan(scanner, found.index, done)
    if (end > found.index) done = end
    SPECIAL.lastIndex = Math.max(end, found.index + 1)
  }
  addText(tokens, text.slice(done))
  return tokens
}

interface Scanner {
  readonly text: string
  readonly tokens: Token[]
  readonly marks: Marks
  readonly mentions: readonly string[]
  /** Lengths of fences of which there is no further one. */
  readonly noCodeOf: Set<number>
}

/** Takes what begins at `at`. @param done end of what was taken before @returns the end of it; `at` where it is only text */
function scan(scanner: Scanner, at: number, done: number): number {
  const { text, tokens } = scanner
  const before = text.slice(done, at)
  const found = codeAt(scanner, at) ?? linkAt(text, at) ?? mentionAt(scanner, at)
  if (found !== undefined) {
    addText(tokens, before)
    tokens.push(found.inline)
    return found.end
  }
  const mark = markAt(text, at)
  if (mark === undefined) return at
  addText(tokens, before)
  scanner.marks.add(mark, text[at - 1] ?? ' ', text[at + mark.length] ?? ' ')
  return at + mark.length
}

function addText(tokens: Token[], text: string): void {
  if (text !== '') tokens.push({ kind: 'text', text })
}

interface Found {
  readonly inline: Inline
  readonly end: number
}

const FENCE = /`+/y

function codeAt({ text, noCodeOf }: Scanner, at: number): Found | undefined {
  const fence = sticky(FENCE, text, at)
  if (fence === undefined) return undefined
  const from = at + fence.length
  const close = noCodeOf.has(fence.length) ? -1 : closing(text, fence.length, from)
  if (close === -1) {
    noCodeOf.add(fence.length)
    return { inline: { kind: 'text', text: fence }, end: from }
  }
  const inside = text.slice(from, close).replaceAll('\n', ' ')
  const trimmed = /^ .*[^ ].* $/u.test(inside) ? inside.slice(1, -1) : inside
  return { inline: { kind: 'code', text: trimmed }, end: close + fence.length }
}

/** Where a run of exactly so many backticks begins; else -1. */
function closing(text: string, length: number, from: number): number {
  const runs = /`+/g
  runs.lastIndex = from
  for (let run = runs.exec(text); run !== null; run = runs.exec(text))
    if (run[0].length === length) return run.index
  return -1
}

/** Bounded, so that many openings without an end stay cheap. */
const LABELED = /\[([^[\]\n]{1,256})\]\((https?:\/\/[^\s()<>]{1,2048})\)/iy
const BARE = /https?:\/\/[^\s<>"\u201c\u201d`]{1,2048}/iy

function linkAt(text: string, at: number): Found | undefined {
  const labeled = sticky(LABELED, text, at)
  if (labeled !== undefined) {
    const [, label = '', href = ''] = new RegExp(LABELED.source, 'i').exec(labeled) ?? []
    return linkOf(label, href, at + labeled.length)
  }
  const bare = sticky(BARE, text, at)
  if (bare === undefined) return undefined
  const href = trimmedLink(bare)
  return linkOf(href, href, at + href.length)
}

function linkOf(text: string, href: string, end: number): Found | undefined {
  const url = URL.parse(href)
  if (url === null || url.host === '') return undefined
  const { host } = url
  return { inline: { kind: 'link', text, href: url.href, host, isPlain: showsHost(text, host) }, end }
}

/** What hides in a text or turns it around; joiners and marks of scripts aside. */
const HIDDEN = /(?!\p{Join_Control})\p{Cf}/u

/**
 * Whether its text begins with where it leads, and says so to its end: `https://t.co.bank.example/` leads a reader astray where the host
 * is t.co.
 */
function showsHost(text: string, host: string): boolean {
  const [, shown] = /^https?:\/\/([^/?#]*)/iu.exec(text) ?? []
  return shown?.toLowerCase() === host && !HIDDEN.test(text)
}

/** A link in a sentence: the dot behind is not of it, nor is a bracket that began before it. */
function trimmedLink(link: string): string {
  let open = link.split('(').length - link.split(')').length
  let end = link.length
  for (; end > 0; end--) {
    const last = link[end - 1] ?? ''
    if (last === ')' && open < 0) open += 1
    else if (!/[.,;:!?'*_~\]]/u.test(last)) break
  }
  return link.slice(0, end)
}

function mentionAt({ text, mentions }: Scanner, at: number): Found | undefined {
  if (text[at] !== '@' || WORD.test(text[at - 1] ?? ' ')) return undefined
  const name = mentions.find(
    (one) => text.startsWith(one, at + 1) && !WORD.test(text[at + 1 + one.length] ?? ' '),
  )
  return name === undefined
    ? undefined
    : { inline: { kind: 'mention', text: `@${name}` }, end: at + 1 + name.length }
}

function markAt(text: string, at: number): string | undefined {
  const two = text.slice(at, at + 2)
  if (two in STYLES && text[at + 2] !== text[at]) return two
  const one = text.slice(at, at + 1)
  return one in STYLES && text[at + 1] !== one && text[at - 1] !== one ? one : undefined
}

function sticky(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

/** Pairs marks: of each style at most one is open, so that no text nests deeper than there are styles. */
class Marks {
  private readonly tokens: Token[]
  /** Places of the marks that are open, outermost first. */
  private readonly open: number[] = []

  constructor(tokens: Token[]) {
    this.tokens = tokens
  }

  add(text: string, before: string, after: string): void {
    const place = this.tokens.push({ kind: 'mark', text }) - 1
    const depth = this.open.findIndex((at) => this.markAt(at)?.text === text)
    const isInWord = text.startsWith('_') && WORD.test(before) && WORD.test(after)
    if (depth === -1) {
      if (!/\s/u.test(after) && !(text.startsWith('_') && WORD.test(before))) this.open.push(place)
      return
    }
    if (/\s/u.test(before) || isInWord) return
    this.close(depth, place)
  }

  private close(depth: number, place: number): void {
    const [from = place] = this.open.splice(depth)
    const first = this.markAt(from)
    const last = this.markAt(place)
    // Nothing inside: two marks that stand side by side.
    if (first === undefined || last === undefined || place === from + 1) return
    first.partner = place
    last.partner = from
  }

  private markAt(place: number): Mark | undefined {
    const token = this.tokens[place]
    return token?.kind === 'mark' ? token : undefined
  }
}

function treeOf(tokens: readonly Token[]): Inline[] {
  const root: Inline[] = []
  const inside: Inline[][] = [root]
  tokens.forEach((token, place) => {
    const current = inside.at(-1) ?? root
    if (token.kind !== 'mark') append(current, token)
    else if (token.partner === undefined) append(current, { kind: 'text', text: token.text })
    else if (token.partner > place) inside.push([])
    else {
      inside.pop()
      append(inside.at(-1) ?? root, { kind: STYLES[token.text] ?? 'bold', children: current })
    }
  })
  return root
}

/** Text beside text is one. */
function append(to: Inline[], inline: Inline): void {
  const last = to.at(-1)
  if (last?.kind === 'text' && inline.kind === 'text')
    to[to.length - 1] = { kind: 'text', text: last.text + inline.text }
  else to.push(inline)
}
