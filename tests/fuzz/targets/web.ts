/** What the page reads of what people write. */
import { deepStrictEqual } from 'node:assert/strict'
import { parseBlocks } from '../../../packages/web/src/markdown/blocks.ts'
import { parseInline } from '../../../packages/web/src/markdown/inline.ts'
import { ContractBroken, textTarget, type Target } from '../target.ts'

const WORDS = [
  '**',
  '*',
  '_',
  '~~',
  '`',
  '```',
  '> ',
  '- ',
  '1. ',
  '[',
  '](',
  ')',
  'https://',
  'javascript:',
  '\n',
  '@',
  '\u202e',
  '\\',
]

export const webTargets: readonly Target[] = [
  textTarget({
    name: 'markdown-blocks',
    covers: ['web/markdown/blocks.ts parseBlocks'],
    faults: [],
    seeds: () => ['> quoted\n\n- **one**\n- `two`\n\n```\ncode\n```', '1. [a](https://example.org/)'],
    words: WORDS,
    decode: (text) => {
      const blocks = parseBlocks(text)
      for (const address of addressesIn(blocks))
        if (!/^https?:\/\//i.test(address)) throw new ContractBroken(`a link to ${address.slice(0, 16)}`)
      return blocks.length
    },
  }),
  textTarget({
    name: 'markdown-inline',
    covers: ['web/markdown/inline.ts parseInline'],
    faults: [],
    seeds: () => [
      '**bold *both* bold** ~~gone~~ `code` https://example.org/a?b=c',
      '@Alice [a](https://example.org/)',
    ],
    words: WORDS,
    decode: (text) => {
      const once = parseInline(text, ['Alice'])
      deepStrictEqual(parseInline(text, ['Alice']), once)
      return once.length
    },
  }),
]

/** Every address of a link, however deep. */
function addressesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(addressesIn)
  if (typeof value !== 'object' || value === null) return []
  const own = 'href' in value && typeof value.href === 'string' ? [value.href] : []
  return [...own, ...Object.values(value).flatMap(addressesIn)]
}
