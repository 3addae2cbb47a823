/** Each act of the page that can fail has a place that says so, and what became of it. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'

const SOURCES = join(import.meta.dirname, '..', 'src')

/** `const pin = useAct('pinFile')`, `const { mutate, error } = useAct(…)`, `link: useAct('invite')`. */
const ACT = /(?:const (\w+) =|const \{([^}]+)\} =|(\w+):) (?:useAct|useMutation)\b[^(]*\(([^)\n]*)/gu

/** Whose failing changes nothing that anybody sees or wrote: it is done again with the next message that is looked at. */
const UNSAID = ["timeline/useReading.ts: 'read'"]

/** Where the fault is passed on by another name. */
const PASSED_ON: Readonly<Record<string, RegExp>> = {
  // One of four ways, whichever was taken.
  'circle/InvitePanel.tsx': /fault=\{make\.fault\}[\s\S]*fault: all\.find/u,
}

test('each act shows what it failed with', async () => {
  const silent: string[] = []
  let count = 0
  for await (const path of glob('**/*.{ts,tsx}', { cwd: SOURCES })) {
    if (path === join('device', 'queries.ts')) continue
    const source = readFileSync(join(SOURCES, path), 'utf8')
    for (const one of silentIn(path, source)) silent.push(one)
    count += [...source.matchAll(ACT)].length
  }
  assert.ok(count > 45, `only ${count} acts were found`)
  assert.deepEqual(
    silent.filter((one) => !UNSAID.includes(one)),
    [],
  )
})

test('one that shows nothing is named', () => {
  const source = `
    const pin = useAct('pinFile')
    const drop = useAct('dropFile')
    const { mutate } = useAct('read')
    const lock = useAct('lock', { remark: 'lock' })
    return <FaultNote fault={pin.error} act="keepFile" />`
  assert.deepEqual(silentIn('x.tsx', source), ["x.tsx: 'dropFile'", "x.tsx: 'read'"])
})

function silentIn(path: string, source: string): string[] {
  const isPassedOn = PASSED_ON[path]?.test(source) ?? false
  return [...source.matchAll(ACT)]
    .filter(([, name, parts, , given = '']) => {
      if (given.includes('remark:') || isPassedOn) return false
      if (parts !== undefined) return !/\berror\b/u.test(parts)
      return name === undefined || !new RegExp(`\\b${name}\\.error\\b|=\\{${name}\\}`, 'u').test(source)
    })
    .map(([, , , , given = '']) => `${path}: ${given.split(',')[0] ?? ''}`)
}
