/** delivery: who has a message of one's own, who read it, and for whom it waits. */
import type { DeliveryReport } from '@triode/api'
import { argument } from '../argument.ts'
import type { Command } from '../command.ts'
import { NEED } from '../command.ts'
import { attachmentText } from '../print/file.ts'
import { shortId } from '../print/shortId.ts'
import { table } from '../print/table.ts'
import { relativeTime } from '../print/time.ts'

type Standing = Omit<DeliveryReport['recipients'][number]['devices'][number], 'device'>

export const delivery: Command = {
  usage: 'delivery <message>',
  does: 'who has a message of yours, who read it, and for whom it waits',
  need: NEED.unlocked,
  async run(context) {
    const report = await context.client.delivery({ id: argument(context, 0) })
    const now = context.now()
    context.show(report, () => {
      const recipients = report.recipients.flatMap(({ member, name, devices }) =>
        devices.map((one) => [name ?? shortId(member), shortId(one.device), wordsOf(one, now)]),
      )
      const holders = report.holders.map((one) => [holderName(one), shortId(one.device), wordsOf(one, now)])
      const rows = [...recipients, ...holders]
      const devices = table(['WHO', 'DEVICE', ''], rows, 'Nobody else reads this conversation.')
      return [devices, ...report.files.map((file) => attachmentText(file, file))].join('\n')
    })
  },
}

function holderName({ name, member, role, own }: DeliveryReport['holders'][number]): string {
  if (own) return 'yourself'
  const who = name ?? (member === undefined ? 'somebody' : shortId(member))
  return role === undefined || role === '' ? who : `${who} (${role})`
}

function wordsOf({ state, deliveredAt, readAt, seenAt, why }: Standing, now: number): string {
  const since = (at: number | undefined): string => (at === undefined ? '' : ` ${relativeTime(at, now)}`)
  if (state === 'read') return `read${since(readAt)}`
  if (state === 'delivered') return `has it${since(deliveredAt)}`
  if (why === 'on-its-way') return 'waits: it is on its way'
  return why === 'away' ? `waits: away, seen${since(seenAt)}` : 'waits: never met directly'
}
