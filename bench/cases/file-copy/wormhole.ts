/** magic-wormhole with a mailbox server of its own on loopback, straight from one to the other. */
import { join } from 'node:path'
import { monotonicMs } from '../../harness/statistics.ts'
import { beside, freePort, listening, missingAct, missingProgram, run } from './program.ts'
import type { Copy } from './copy.ts'

export const WORMHOLE_SETUP =
  'magic-wormhole 0.12 of Debian, direct, with a mailbox server on loopback; a folder is zipped first. Nothing is sealed at rest.'

const SERVER = 'wormhole-mailbox'
const CODE = '1-bench-bench'

export function missingWormhole(): Promise<string | undefined> {
  return Promise.resolve(
    missingProgram('wormhole', 'magic-wormhole') ??
      missingAct('twist3', SERVER, 'python3-magic-wormhole-mailbox-server'),
  )
}

export async function copyByWormhole({ source, target, work, name }: Copy): Promise<number> {
  const port = await freePort()
  const server = [
    SERVER,
    `--port=tcp:${String(port)}:interface=127.0.0.1`,
    `--channel-db=${join(work, 'mailbox.db')}`,
  ]
  return beside('twist3', server, async () => {
    await listening(port)
    const common = ['--relay-url', `ws://127.0.0.1:${String(port)}/v1`, '--transit-helper', '']
    const started = monotonicMs()
    const sent = run('wormhole', [...common, 'send', '--hide-progress', '--code', CODE, source])
    const received = run('wormhole', [
      ...common,
      'receive',
      '--hide-progress',
      '--accept-file',
      '-o',
      join(target, name),
      CODE,
    ])
    await Promise.all([sent, received])
    return monotonicMs() - started
  })
}
