/** What `npm run simulate` takes, and how it ends. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'

const RUN = new URL('run.ts', import.meta.url).pathname

function run(...args: string[]): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [RUN, ...args], { encoding: 'utf8' })
  return { status, said: stdout + stderr }
}

describe('npm run simulate', () => {
  it('runs two devices, and says how it went', () => {
    const { status, said } = run('--seed', 'two', '--devices', '2', '--steps', '5')
    assert.equal(status, 0, said)
    assert.match(said, /^seed two: held, 2 devices/)
  })

  it('takes from two to a thousand devices, and says so', () => {
    for (const devices of ['1', '1001', 'many'])
      assert.deepEqual(run('--seed', 'wrong', '--devices', devices).status, 2)
    assert.equal(run('--devices', '1001').said, '--devices takes a whole number from 2 to 1000\n')
  })
})
