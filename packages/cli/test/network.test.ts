/** What `triode network` says of links between others. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { NetworkView } from '@triode/api'
import { linksOfOthers } from '../src/commands/network.ts'

const device = (id: string, name?: string) => ({
  device: id,
  member: `member-of-${id}`,
  ...(name && { name }),
})

function view(known: NetworkView['known'], links: NetworkView['links']): NetworkView {
  const devices = [device('aaaaaaaa', 'Bob'), device('bbbbbbbb', 'Carol\u001b[2J')]
  return { circle: 'c', known, group: 'g', devices, links } as unknown as NetworkView
}

const LINK = { between: ['aaaaaaaa', 'bbbbbbbb'], channel: 'tcp' } as const satisfies Partial<
  NetworkView['links'][number]
>

describe('links between others', () => {
  it('are listed, with who says so, and with nothing that a terminal would obey', () => {
    const between = [...LINK.between] as [string, string]
    const text = linksOfOthers(
      view('told-links', [
        { ...LINK, between, roundTripMs: 16, toldBy: between },
        { ...LINK, between, toldBy: ['aaaaaaaa'] },
      ]),
    )
    const [, heading = '', both = '', one = ''] = text.split('\n')
    assert.match(heading, /^BETWEEN +AND +LINK +SAYS SO$/)
    assert.match(both, /^Bob .*Carol.*tcp, at most 16 ms +both$/)
    assert.match(one, /tcp +Bob \(aaaa/)
    assert.ok(!text.includes('\u001b'))
  })

  it('are none, or not told', () => {
    assert.equal(linksOfOthers(view('told-links', [])), '')
    assert.match(linksOfOthers(view('own-links', [])), /not told: a rule of the circle/)
  })
})
