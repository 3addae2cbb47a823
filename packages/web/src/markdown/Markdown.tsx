import { memo, use, useMemo } from 'react'
import { parseBlocks, type Block } from './blocks.ts'
import type { Inline } from './inline.ts'
import { TabStopContext } from '../timeline/tabStop.ts'

export interface MarkdownProps {
  readonly text: string
  /** Names that may stand after an `@`; the same array while they are the same. */
  readonly mentions?: readonly string[]
}

/** A message as elements: nothing of it is ever read as HTML. */
export const Markdown = memo(function Markdown({ text, mentions }: MarkdownProps) {
  const blocks = useMemo(() => parseBlocks(text, mentions), [text, mentions])
  return (
    <div className="prose" dir="auto">
      <Blocks blocks={blocks} />
    </div>
  )
})

/** Parts never move among themselves: a text that changes is parsed anew. */
function Blocks({ blocks }: { readonly blocks: readonly Block[] }) {
  return blocks.map((block, index) => <BlockOf key={index} block={block} />)
}

function BlockOf({ block }: { readonly block: Block }) {
  if (block.kind === 'code') return <Code text={block.text} />
  if (block.kind === 'quote')
    return (
      <blockquote>
        <Blocks blocks={block.children} />
      </blockquote>
    )
  if (block.kind === 'list') return <List start={block.start} items={block.items} />
  return (
    <p dir="auto">
      <Inlines inlines={block.children} />
    </p>
  )
}

/** Long lines break: nothing in it has to be scrolled sideways. */
function Code({ text }: { readonly text: string }) {
  return (
    <pre dir="ltr">
      <code>{text}</code>
    </pre>
  )
}

interface ListProps {
  readonly start: number | undefined
  readonly items: readonly (readonly Inline[])[]
}

function List({ start, items }: ListProps) {
  const lines = items.map((item, index) => (
    <li key={index} dir="auto">
      <Inlines inlines={item} />
    </li>
  ))
  return start === undefined ? <ul>{lines}</ul> : <ol start={start}>{lines}</ol>
}

function Inlines({ inlines }: { readonly inlines: readonly Inline[] }) {
  return inlines.map((inline, index) => <InlineOf key={index} inline={inline} />)
}

function InlineOf({ inline }: { readonly inline: Inline }) {
  if (inline.kind === 'text') return inline.text
  if (inline.kind === 'code') return <code>{inline.text}</code>
  if (inline.kind === 'mention') return <strong className="mention">{inline.text}</strong>
  if (inline.kind === 'link') return <Link {...inline} />
  const inside = <Inlines inlines={inline.children} />
  if (inline.kind === 'bold') return <strong>{inside}</strong>
  return inline.kind === 'italic' ? <em>{inside}</em> : <s>{inside}</s>
}

interface LinkProps {
  readonly text: string
  readonly href: string
  readonly host: string
  readonly isPlain: boolean
}

/** Where its text doesn't say where it leads, that stands beside it; nothing in its text turns that around. */
function Link({ text, href, host, isPlain }: LinkProps) {
  const tabIndex = use(TabStopContext) ? 0 : -1
  return (
    <>
      <a
        href={href}
        target="_blank"
        rel="noreferrer noopener"
        referrerPolicy="no-referrer"
        tabIndex={tabIndex}
      >
        <bdi>{text}</bdi>
      </a>
      {!isPlain && (
        <>
          {' '}
          <bdi className="link-host">({host})</bdi>
        </>
      )}
    </>
  )
}
