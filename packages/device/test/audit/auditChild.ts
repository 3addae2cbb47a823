/** Enters record after record into the vault of the home given, and says each number once it is answered; to be killed. */
import { writeSync } from 'node:fs'
import { nodePrimitives, systemClock, systemRandom } from '@triode/crypto'
import { openVault } from '@triode/vault'
import { Audit } from '../../src/audit/audit.ts'
import { CHEAP, PASSPHRASE } from '../devices.ts'

const [home = ''] = process.argv.slice(2)
const primitives = nodePrimitives()
const parts = { primitives, random: systemRandom, clock: systemClock }
const vault = openVault(home, { ...parts, kdf: CHEAP }).unlock(PASSPHRASE)
const audit = new Audit({ vault, ...parts, hasCircles: false })
for (;;) {
  audit.record({ event: 'vault-unlocked' })
  writeSync(1, `${String(audit.log.mustState().head.seq)}\n`)
}
