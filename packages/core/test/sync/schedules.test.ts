/** Random stories of several devices: however they go, when all are connected in the end all have the same. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Schedule, type ScheduleOptions } from './schedule.ts'

const STEPS = 160
/** Printed with a failure: a seed replays its story. */
const SEEDS = Number(process.env['TRIODE_SEEDS'] ?? 2)

function run(name: string, options: ScheduleOptions): Schedule {
  const schedule = new Schedule(name, options)
  for (let n = 0; n < STEPS; n++) schedule.step()
  schedule.heal()
  return schedule
}

function story(kind: string, optionsOf: (seed: number) => ScheduleOptions): void {
  for (let seed = 1; seed <= SEEDS; seed++) {
    it(`${kind} (seed ${seed})`, () => {
      const schedule = run(`${kind} ${seed}`, optionsOf(seed))
      schedule.assertWell()
      assert.deepEqual(schedule.reusedKeys(), [], 'a key has sealed twice')
      assert.ok(schedule.sealed.size > 50)
      for (const device of schedule.devices) assert.deepEqual(device.faults(), [])
    })
  }
}

describe('devices that are thrown about', () => {
  story('links come and go, processes die', (seed) => ({ devices: 3 + (seed % 4) }))
  story('and clocks jump by days', (seed) => ({ devices: 3 + (seed % 3), clockJumps: true }))
  story('and backups are restored', (seed) => ({
    devices: 3 + (seed % 3),
    restores: true,
    clockJumps: seed % 2 === 0,
  }))

  for (let seed = 1; seed <= SEEDS; seed++) {
    it(`in and out of a room: each reads what was written while it was there (seed ${seed})`, () => {
      const schedule = run(`room ${seed}`, { devices: 3 + (seed % 3), room: true })
      schedule.assertWell()
      schedule.assertRoomWell()
    })
  }

  it('tells every author in the end that all have read', () => {
    const schedule = run('read', { devices: 4 })
    for (const device of schedule.devices) device.participant.markRead(schedule.circle.everyone)
    schedule.heal()
    for (const device of schedule.devices) {
      const { messages } = device.participant.timeline(schedule.circle.everyone).page({ limit: 1_000 })
      const own = messages.filter((message) => message.device === device.id)
      assert.ok(own.length > 0)
      for (const message of own) {
        const { state } = device.participant.delivery(schedule.circle.everyone, message)
        assert.equal(state, 'read')
      }
    }
  })
})
