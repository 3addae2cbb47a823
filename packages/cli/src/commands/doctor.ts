/** doctor: what works of reaching others, what does not, why, and what to do. */
import type { Finding } from '@triode/api'
import { asCalled, cleanLine } from '@triode/api/local'
import type { Command } from '../command.ts'
import { NEED } from '../command.ts'

export const doctor: Command = {
  usage: 'doctor',
  does: 'in plain words: which ways to others work, which do not, why, and what to do',
  need: NEED.running,
  async run({ client, show, here }) {
    const { findings } = await client.doctor()
    show({ findings }, () => findings.map((found) => line(found, here)).join(''))
  },
}

function line(found: Finding, here: string): string {
  const { what, remedy } = found
  const advice = remedy === undefined ? '' : `     ${asCalled(cleanLine(remedy), here)}\n`
  return `${signOf(found).padEnd(5)}${cleanLine(what)}\n${advice}`
}

/** What somebody left off is no trouble. */
function signOf({ works, code }: Finding): string {
  if (works) return 'ok'
  return code === 'channel-off' ? 'off' : 'no'
}
