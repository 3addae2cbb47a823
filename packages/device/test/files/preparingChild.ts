/** Sends a small and a large file from a new home, and says when the large one is being prepared; the test kills it then. */
import { openDevice } from '../../src/index.ts'
import { CHEAP, PASSPHRASE } from '../devices.ts'

const [home = '', small = '', large = ''] = process.argv.slice(2)
const device = await openDevice({ home, channels: [], version: 'test', kdf: CHEAP })
await device.init({ passphrase: PASSPHRASE })
const { circle } = await device.createCircle({ name: 'Alone' })
const sending = device.sendFiles({ where: circle, paths: [small, large] })
device.subscribe((event) => {
  if (event.type === 'file' && event.file.name.endsWith('large') && event.file.have > 0)
    process.stdout.write('preparing\n')
})
await sending
