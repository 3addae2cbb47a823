/**
 * XML as routers send it: elements and text, names without their prefix. Whatever could lead anywhere or grow (document types, entities
 * beyond the five that XML has by itself) is refused, or left as it stands; attributes are passed over.
 */
import { PeerFault } from '@triode/core'
import { MAX_DEPTH, MAX_DOCUMENT_CHARS, MAX_ELEMENTS } from './spec.ts'

export interface XmlElement {
  readonly name: string
  readonly children: XmlElement[]
  /** Directly in it, trimmed at both ends. */
  text: string
}

const TAG = /<(\/?)(?:[\w.-]{1,64}:)?([\w.-]{1,64})(?=[\s/>])((?:[^<>"']|"[^"<]*"|'[^'<]*')*)>/y
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** @throws PeerFault 'malformed' | 'oversize' */
export function readXml(text: string): XmlElement {
  if (text.length > MAX_DOCUMENT_CHARS) throw new PeerFault('oversize')
  const root: XmlElement = { name: '', children: [], text: '' }
  const open = [root]
  let elements = 0
  let at = 0
  for (;;) {
    const next = text.indexOf('<', at)
    const here = open.at(-1)
    if (here === undefined) throw new PeerFault('malformed')
    here.text += text.slice(at, next === -1 ? undefined : next)
    if (next === -1) break
    const skipped = skip(text, next)
    if (skipped !== undefined) {
      at = skipped
      continue
    }
    TAG.lastIndex = next
    const [whole = '', closing, name = '', rest = ''] = TAG.exec(text) ?? []
    if (whole === '') throw new PeerFault('malformed')
    at = next + whole.length
    if (closing === '/') {
      if (open.length === 1 || here.name !== name) throw new PeerFault('malformed')
      finish(here)
      open.pop()
      continue
    }
    if (++elements > MAX_ELEMENTS || open.length > MAX_DEPTH) throw new PeerFault('oversize')
    const element: XmlElement = { name, children: [], text: '' }
    here.children.push(element)
    if (!rest.endsWith('/')) open.push(element)
  }
  const [document] = root.children
  if (open.length !== 1 || document === undefined || root.children.length !== 1)
    throw new PeerFault('malformed')
  return document
}

/** Past a comment or an instruction; undefined when it is neither. @throws PeerFault 'malformed' on other declarations */
function skip(text: string, at: number): number | undefined {
  const [open, close] = text.startsWith('<!--', at) ? ['<!--', '-->'] : ['<?', '?>']
  if (!text.startsWith(open, at)) {
    if (text.startsWith('<!', at)) throw new PeerFault('malformed')
    return undefined
  }
  const end = text.indexOf(close, at + open.length)
  if (end === -1) throw new PeerFault('malformed')
  return end + close.length
}

function finish(element: XmlElement): void {
  element.text = element.text.trim().replace(/&(\w{2,4});/g, (whole, name: string) => ENTITIES[name] ?? whole)
}

/** All elements of that name, wherever they stand. */
export function named(element: XmlElement, name: string): XmlElement[] {
  const below = element.children.flatMap((child) => named(child, name))
  return element.name === name ? [element, ...below] : below
}

/** The text of a child of that name. */
export function textOf(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text
}
