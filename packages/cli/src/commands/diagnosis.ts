/** storage, diagnose: what is taken of the disk, and a report that names nobody. */
import type { Command } from '../command.ts'
import { NEED } from '../command.ts'
import { fields, table } from '../print/table.ts'
import { sizeText } from '../print/size.ts'

export const storage: Command = {
  usage: 'storage',
  does: 'what this device takes of the disk, and which conversations take most',
  need: NEED.unlocked,
  async run({ client, show }) {
    const found = await client.storage()
    const { vaultBytes, filesBytes, freeBytes, quotaBytes, conversations } = found
    show(found, () => {
      const whole = fields([
        ['vault', sizeText(vaultBytes)],
        ['files', sizeText(filesBytes)],
        ['quota of files', quotaBytes === null ? 'none' : sizeText(quotaBytes)],
        ['free on the disk', sizeText(freeBytes)],
      ])
      const rows = conversations.map(({ conversation, name, bytes, files }) => [
        name ?? conversation,
        sizeText(bytes),
        String(files),
      ])
      return rows.length === 0 ? whole : `${whole}\n${table(['CONVERSATION', 'SIZE', 'FILES'], rows, '')}`
    })
  },
}

export const diagnose: Command = {
  usage: 'diagnose',
  does: 'a report to hand on for help: states, counts and codes of faults, nobody\u2019s name or address',
  need: NEED.any,
  async run({ client, show }) {
    const report = await client.diagnostics()
    show(report, () => report.text)
  },
}
