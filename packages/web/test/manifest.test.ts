import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

const PUBLIC = new URL('../public/', import.meta.url)
/** Where a PNG says how wide and high it is (PNG, third edition, §11.2.1). */
const PNG_SIZE_AT = 16

interface Icon {
  readonly src: string
  readonly sizes: string
  readonly type: string
}

test('each icon that the page names is there, as large as it says', () => {
  const text = readFileSync(new URL('manifest.webmanifest', PUBLIC), 'utf8')
  const { icons } = JSON.parse(text) as { readonly icons: readonly Icon[] }
  assert.deepEqual(
    icons.map(({ sizes }) => sizes),
    ['any', '192x192', '512x512'],
  )
  for (const { src, sizes, type } of icons) {
    const bytes = readFileSync(new URL(`.${src}`, PUBLIC))
    if (type !== 'image/png') continue
    const size = [bytes.readUInt32BE(PNG_SIZE_AT), bytes.readUInt32BE(PNG_SIZE_AT + 4)]
    assert.equal(size.join('x'), sizes, src)
  }
  const page = readFileSync(new URL('../index.html', import.meta.url), 'utf8')
  for (const [, name = ''] of page.matchAll(/href="\/([^"]+)"/gu)) readFileSync(new URL(name, PUBLIC))
})
