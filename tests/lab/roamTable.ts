/** `npm run lab -- roam [WORD...]`: a device moves and sleeps while messages are under way; prints the table and keeps it in docs/guides/lab.md. Needs root. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../../scripts/demo/deviceProcess.ts'
import { lacksNetworkLab } from './needs.ts'
import { pause, RoamLab, type Healed } from './roamLab.ts'
import { ROAMS } from './roams.ts'

const GUIDE = join(ROOT, 'docs/guides/lab.md')
const TABLE = /(<!-- roam -->\n)[^]*(\n<!-- end roam -->)/
const PATIENCE_MS = 120_000
/** Better channels are found meanwhile: each row begins with the one that would be there. */
const SETTLE_MS = 8_000

export async function roamTable(words: readonly string[]): Promise<void> {
  if (lacksNetworkLab() !== false) process.exit(1)
  const wanted = ROAMS.filter(({ what }) => words.length === 0 || words.some((word) => what.includes(word)))
  const lab = new RoamLab()
  const rows: string[] = []
  try {
    await lab.start()
    for (const { what, change } of wanted) {
      await pause(SETTLE_MS)
      const row = `| ${what} | ${cells(await lab.roam(change, PATIENCE_MS)).join(' | ')} |`
      process.stdout.write(`${row}\n`)
      rows.push(row)
    }
    const count = await lab.check()
    const head =
      '| a device | first message from it | first message to it | slowest | tunnel of the two |\n| --- | --- | --- | --- | --- |'
    const text = `${head}\n${rows.join('\n')}\n\nOf ${String(count)} messages sent meanwhile none is lost, doubled or out of order.`
    process.stdout.write(`\n${text}\n`)
    if (wanted.length === ROAMS.length)
      writeFileSync(GUIDE, readFileSync(GUIDE, 'utf8').replace(TABLE, `$1\n${text}\n$2`))
  } finally {
    await lab.end()
  }
}

function cells({ fromMs, toMs, slowestMs, tunnels }: Healed): string[] {
  const seconds = (ms: number): string => (Number.isFinite(ms) ? `${(ms / 1_000).toFixed(1)} s` : '-')
  return [
    seconds(fromMs),
    seconds(toMs),
    seconds(slowestMs),
    tunnels.map(({ channel, tookMs }) => `${channel} ${seconds(tookMs)}`).join(', ') || 'as before',
  ]
}
