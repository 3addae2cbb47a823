/** circle keepers: who keeps things for those who are away. */
import type { CircleDetail } from '@triode/api'
import { argument } from '../argument.ts'
import type { Command } from '../command.ts'
import { NEED } from '../command.ts'
import { shortId } from '../print/shortId.ts'
import { sizeText } from '../print/size.ts'
import { table } from '../print/table.ts'
import { relativeTime } from '../print/time.ts'

export const circleKeepers: Command = {
  usage: 'circle keepers <circle>',
  does: 'who keeps things for those who are away, how long and how much, and what of yours',
  need: NEED.unlocked,
  async run(context) {
    const { keepers, device: own } = await context.client.circle({ circle: argument(context, 0) })
    const now = context.now()
    const rows = keepers.map((keeper) => [
      keeper.name ?? shortId(keeper.member),
      shortId(keeper.device),
      ...(keeper.device === own ? ['this device'] : standing(keeper, now)),
    ])
    const none = 'No keepers. One is invited with `invite <circle> --role keeper`.'
    context.show({ keepers }, () =>
      table(['WHO', 'DEVICE', 'CONNECTED', 'HOLDS', 'OF EACH', 'FILES', 'YOURS'], rows, none),
    )
  },
}

type Keeper = CircleDetail['keepers'][number]

function standing({ terms, held, full, seenAt }: Keeper, now: number): string[] {
  if (terms === undefined) return [seenAt === undefined ? 'never' : `last ${relativeTime(seenAt, now)}`]
  const { holdHours, memberBytes, fileBytes } = terms
  const time = holdHours % 24 === 0 ? `${String(holdHours / 24)} days` : `${String(holdHours)} h`
  const files = fileBytes === 0 ? 'none' : `up to ${sizeText(fileBytes)}`
  const yours = full === true ? `${heldText(held)}, no room for more` : heldText(held)
  return ['now', time, sizeText(memberBytes), files, yours]
}

/** Entries of feeds: messages, and what belongs to them. */
function heldText(held: Keeper['held']): string {
  const { entries, files } = held ?? { entries: 0, files: 0 }
  if (entries + files === 0) return 'nothing'
  return files === 0 ? `${String(entries)} entries` : `${String(entries)} entries, ${String(files)} files`
}
