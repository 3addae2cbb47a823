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

function line({ works, what, remedy }: Finding, here: string): string {
  const advice = remedy === undefined ? '' : `     ${asCalled(cleanLine(remedy), here)}\n`
  return `${works ? 'ok   ' : 'no   '}${cleanLine(what)}\n${advice}`
}
