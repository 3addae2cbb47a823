/** Times that hostile members sign: beyond what a date can say, which must not keep anybody from reading the rest. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decodeContent, encodeContent } from '@triode/core'
import { relativeTime } from '../../packages/cli/src/print/time.ts'

const NOW = 1_800_000_000_000

describe('a message from the end of time', () => {
  it('is printed like any other', () => {
    const at = Number.MAX_SAFE_INTEGER
    const content = decodeContent(
      encodeContent({ lamport: 1, at, body: { kind: 'text', text: 'boo', mentions: [] } }),
    )
    assert.equal(content.at, at, 'it is taken')
    assert.equal(typeof relativeTime(content.at, NOW), 'string')
    assert.equal(relativeTime(NOW - 5 * 60_000, NOW), '5 min ago')
  })
})
