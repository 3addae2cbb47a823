/**
 * Makes a vault with a circle, `Diary`, in which something was written on each of some days, from midnight on, by a clock of its own:
 *
 *     node tests/e2e/writeDiary.ts HOME DAY...    # the passphrase comes over stdin; a DAY is 2026-03-02T00:00+09:00
 */
import { text } from 'node:stream/consumers'
import { systemClock } from '@triode/crypto'
import { openDevice } from '@triode/device'

const HOUR_MS = 3_600_000
const [home = '', ...days] = process.argv.slice(2)
let at = Date.parse(days[0] ?? '') - HOUR_MS
const clock = { ...systemClock, now: () => at }
const device = await openDevice({ home, channels: [], version: 'test', clock })
await device.init({ passphrase: await text(process.stdin), name: 'Alice' })
const { circle } = await device.createCircle({ name: 'Diary' })
for (const day of days) {
  at = Date.parse(day)
  await device.send({ where: circle, text: `Begin of ${day.slice(0, 10)}` })
  for (let hour = 1; hour < 24; hour++) {
    at += HOUR_MS
    await device.send({ where: circle, text: `Hour ${String(hour)}\n\n- so\n- much\n- to\n- say` })
  }
}
await device.close()
