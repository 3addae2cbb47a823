/** network: the devices of a circle, the links to them, and what waits for whom. */
import type { NetworkView } from '@triode/api'
import { argument } from '../argument.ts'
import type { Command } from '../command.ts'
import { NEED } from '../command.ts'
import { shortId } from '../print/shortId.ts'
import { table } from '../print/table.ts'
import { relativeTime } from '../print/time.ts'

export const network: Command = {
  usage: 'network <circle>',
  does: 'the devices of a circle, your links to them and theirs among each other, and what waits for whom',
  need: NEED.unlocked,
  async run(context) {
    const view = await context.client.network({ circle: argument(context, 0) })
    const rows = view.devices.map((one) => row(one, context.now()))
    context.show(
      view,
      () => table(['WHO', 'DEVICE', 'LINK', 'WAITING'], rows, 'No devices.') + linksOfOthers(view),
    )
  },
}

function row(device: NetworkView['devices'][number], now: number): string[] {
  const { name, member, self, waiting } = device
  return [
    self ? 'this device' : (name ?? shortId(member)),
    shortId(device.device),
    self ? '' : linkText(device, now),
    waiting === 0 ? '' : String(waiting),
  ]
}

function linkText({ link, seenAt }: NetworkView['devices'][number], now: number): string {
  if (link === undefined) return seenAt === undefined ? 'never' : `last ${relativeTime(seenAt, now)}`
  const trip = link.roundTripMs === undefined ? '' : `, ${String(Math.round(link.roundTripMs))} ms`
  return `${link.channel}, since ${relativeTime(link.since, now)}${trip}`
}

/** By the word of those that this device is linked to. */
export function linksOfOthers({ known, devices, links }: NetworkView): string {
  if (known === 'own-links')
    return '\nWhich links others have among each other this device is not told: a rule of the circle.\n'
  if (links.length === 0) return ''
  const nameOf = (id: string): string => {
    const found = devices.find(({ device }) => device === id)
    return `${found?.name ?? shortId(found?.member ?? id)} (${shortId(id)})`
  }
  const rows = links.map(({ between: [one, other], channel, roundTripMs, toldBy }) => [
    nameOf(one),
    nameOf(other),
    roundTripMs === undefined ? channel : `${channel}, at most ${String(roundTripMs)} ms`,
    toldBy.length === 2 ? 'both' : nameOf(toldBy[0] ?? ''),
  ])
  return `\n${table(['BETWEEN', 'AND', 'LINK', 'SAYS SO'], rows, '')}`
}
