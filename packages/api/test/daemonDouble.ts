/**
 * The daemon over the double, as an executable: for tests that need a real process. DOUBLE_VAULT is the passphrase of a
 * vault that is there already; DOUBLE_FAMILY=1 puts the circle Family into it.
 */
import { startDaemon } from '@triode/api/server'
import type { OpenDevice } from '@triode/device'
import { doubleDevice, GOOD_LINK } from './double.ts'

const openDouble: OpenDevice = async (options) => {
  const device = doubleDevice(options)
  const passphrase = process.env['DOUBLE_VAULT']
  if (passphrase === undefined) return device
  await device.init({ passphrase, name: 'Alice' })
  if (process.env['DOUBLE_FAMILY'] === '1') await device.join({ link: GOOD_LINK })
  await device.lock()
  return device
}

const { argv, env, stdin, stdout, stderr } = process
process.exit(await startDaemon({ argv: argv.slice(2), env, stdin, stdout, stderr }, openDouble))
