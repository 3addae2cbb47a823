/** Each line of the device's report has a heading, and each state a word, in every language of the page. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { CHANNEL_STATE } from '../../packages/device/src/index.ts'
import { Bench, join2, PASSPHRASE } from '../../packages/device/test/devices.ts'
import { AR } from '../../packages/web/src/i18n/ar/index.ts'
import { textsOf } from '../../packages/web/src/i18n/context.ts'
import { DE } from '../../packages/web/src/i18n/de/index.ts'
import { reportLine, REPORT_PARTS } from '../../packages/web/src/settings/report.ts'

const bench = new Bench()
after(() => bench.end())

/** Of circles that this device is out of, and of a device without a vault: no report here tells them. */
const FURTHER = ['new', 'removed', 'suspended', 'revoked', 'dissolved', 'left', 'accepted', 'dialed']

test('what a device reports is known to the page, locked and unlocked, line by line', async () => {
  const [alice, bob] = await Promise.all([bench.make('Alice'), bench.make('Bob')])
  const { circle } = await alice.device.createCircle({ name: 'Circle' })
  await join2(alice, bob, circle)
  const unlocked = await alice.device.diagnostics()
  await bob.device.lock()
  const locked = await bob.device.diagnostics()
  const faults = 'fault: disk-full, 2026-01-01T00:00:00Z\nwarning: disk-full\npage: 320x640 px at 1, Mozilla'
  const texts = [unlocked, locked, faults].map((text) => text.trimEnd().split('\n'))
  const lines = texts.flat()
  assert.deepEqual(
    lines.filter((line) => reportLine(line) === undefined),
    [],
  )
  const known = lines.map(reportLine).filter((line) => line !== undefined)
  assert.deepEqual(new Set(known.map(({ part }) => part)), new Set(REPORT_PARTS))
  for (const { about, state, code, rest } of known)
    assert.ok([about, state, code, rest].some((one) => one !== undefined && one !== ''))
  assert.equal(known.find(({ part }) => part === 'channel')?.about, 'tcp')

  const states = [...known.flatMap(({ state }) => state ?? []), ...Object.values(CHANNEL_STATE), ...FURTHER]
  for (const { t } of [textsOf('de', DE), textsOf('ar', AR)])
    assert.deepEqual(
      states.filter((state) => t('report.state', { state }) === state),
      [],
    )
  await bob.device.unlock(PASSPHRASE)
})

test('a line of another version is none that the page knows', () => {
  assert.equal(reportLine('weather: fine'), undefined)
})
