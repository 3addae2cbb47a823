/** circle keepers: who keeps things for those who are away. */
import type { CircleDetail } from '@triode/api'
import { argument } from '../argument.ts'
import type { Command } from '../command.ts'
import { NEED } from '../command.ts'
import { shortId } from '../print/shortId.ts'
import { sizeText } from '../print/size.ts'
import { table } from '../print/table.ts'

export const circleKeepers: Command = {
  usage: 'circle keepers <circle>',
  does: 'who keeps things for those who are away, how long and how much',
  need: NEED.unlocked,
  async run(context) {
    const { keepers, device: own } = await context.client.circle({ circle: argument(context, 0) })
    const rows = keepers.map(({ device, member, name, terms }) => [
      name ?? shortId(member),
      shortId(device),
      ...(terms === undefined
        ? [device === own ? 'this device' : 'not connected', '', '']
        : termsText(terms)),
    ])
    const none = 'No keepers. One is invited with `invite <circle> --role keeper`.'
    context.show({ keepers }, () => table(['WHO', 'DEVICE', 'HOLDS', 'OF EACH', 'FILES'], rows, none))
  },
}

type Terms = NonNullable<CircleDetail['keepers'][number]['terms']>

function termsText({ holdHours, memberBytes, fileBytes }: Terms): string[] {
  const time = holdHours % 24 === 0 ? `${String(holdHours / 24)} days` : `${String(holdHours)} h`
  return [time, sizeText(memberBytes), fileBytes === 0 ? 'none' : `up to ${sizeText(fileBytes)}`]
}
