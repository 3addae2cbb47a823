/**
 * The daemon over the double, as an executable: for tests that need a real process. DOUBLE_VAULT is the passphrase of a
 * vault that is there already, with the circle Family in it; DOUBLE_PIDS is a file to which it appends its process number, DOUBLE_PAGES the folder of the built page.
 */
import { appendFileSync } from 'node:fs'
import { startDaemon } from '@triode/api/server'
import type { OpenDevice } from '@triode/device'
import { doubleDevice, GOOD_LINK } from './double.ts'

const openDouble: OpenDevice = async (options) => {
  const device = doubleDevice(options)
  const passphrase = process.env['DOUBLE_VAULT']
  if (passphrase === undefined) return device
  await device.init({ passphrase, name: 'Alice' })
  await device.join({ link: GOOD_LINK })
  await device.lock()
  return device
}

const pids = process.env['DOUBLE_PIDS']
if (pids !== undefined) appendFileSync(pids, `${process.pid}\n`)

const { argv, env, stdin, stdout, stderr } = process
const pages = env['DOUBLE_PAGES']
const io = { argv: argv.slice(2), env, stdin, stdout, stderr, ...(pages !== undefined && { pages }) }
process.exit(await startDaemon(io, openDouble))
