/** Has one upload that waits and one that still comes; the test kills it then. */
import { randomBytes } from 'node:crypto'
import { openDevice } from '../../src/index.ts'
import { CHEAP, PASSPHRASE } from '../devices.ts'

const [home = ''] = process.argv.slice(2)
const device = await openDevice({ home, channels: [], version: 'test', kdf: CHEAP })
await device.init({ passphrase: PASSPHRASE })
const { circle: where } = await device.createCircle({ name: 'Alone' })

async function* pieces(count: number): AsyncGenerator<Uint8Array> {
  for (let n = 0; n < count; n++) yield await Promise.resolve(randomBytes(1_000_000))
}

async function* endless(): AsyncGenerator<Uint8Array> {
  yield* pieces(8)
  process.stdout.write('coming\n')
  await new Promise((resolve) => setTimeout(resolve, 60_000))
}

await device.uploadFile({ where, name: 'waits', content: pieces(2) })
await device.uploadFile({ where, name: 'comes', content: endless() })
