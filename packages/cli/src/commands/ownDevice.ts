/** device add, list, rename, revoke: one's own devices in circles. */
import type { OwnDevice } from '@triode/api'
import { cleanLine } from '@triode/api/local'
import { argument, given } from '../argument.ts'
import type { Command, Context } from '../command.ts'
import { NEED } from '../command.ts'
import { shortId } from '../print/shortId.ts'
import { table } from '../print/table.ts'
import { durationMs, relativeTime } from '../print/time.ts'
import { qrCode } from './invite.ts'
import { NOT_RUNNING, sure } from './role.ts'

export const deviceAdd: Command = {
  usage: 'device add <circle>',
  does: 'a link and a QR code for a further device of your own',
  options: [
    ['--expires <time>', 'good for so long: 30m, 24h (default), 7d'],
    ['--spoken', 'a short code to read out instead: good for 10m (default) and three tries'],
  ],
  need: NEED.unlocked,
  async run(context) {
    const { client, options, show, note, now, running, triode } = context
    const expires = options.value('expires')
    const expiresMs = expires === undefined ? undefined : durationMs(expires)
    const terms = given({ circle: argument(context, 0), expiresMs })
    if (options.flag('spoken')) {
      await addSpoken(context, terms)
      return
    }
    const made = await client.addDevice(terms)
    show(
      made,
      () =>
        `${qrCode(made.link)}\n${made.link}\n\nFor a device of your own, and nobody else: whoever joins with it speaks as you. ` +
        `Ends ${relativeTime(made.expires, now())}.\nOn the new one: ${triode} join LINK\n`,
    )
    if (!running) note(NOBODY_JOINS)
  },
}

const NOBODY_JOINS = 'No device is running here: it can\u2019t join until you `triode start`.'

async function addSpoken(
  { client, show, note, now, running, triode }: Context,
  terms: Parameters<Context['client']['addDeviceSpoken']>[0],
): Promise<void> {
  const made = await client.addDeviceSpoken(terms)
  show(
    made,
    () =>
      `Type on the new one:  ${made.code}\n\nFor a device of your own, and nobody else: whoever joins with it speaks as you. ` +
      `Good for ${made.tries} tries, ends ${relativeTime(made.expires, now())}.\nOn the new one: ${triode} join CODE\n`,
  )
  if (!running) note(NOBODY_JOINS)
}

export const deviceList: Command = {
  usage: 'device list [circle]',
  does: 'your devices',
  need: NEED.unlocked,
  async run({ client, args: [circle], show, now }) {
    const answer = await client.devices(given({ circle }))
    show(answer, () =>
      table(
        ['CIRCLE', 'NAME', 'STATE', 'ADDED', 'ID'],
        answer.devices.map((device) => deviceRow(device, now())),
        'No devices: you are in no circle.',
      ),
    )
  },
}

export const deviceRename: Command = {
  usage: 'device rename <device> <name>',
  does: 'name a device of yours; nobody else gets to know',
  need: NEED.unlocked,
  async run(context) {
    const [device, name] = [argument(context, 0), argument(context, 1)]
    const renamed = await context.client.renameDevice({ device, name })
    context.show(renamed, () => `${shortId(renamed.device)} is called ${cleanLine(name)} here.\n`)
  },
}

export const deviceRevoke: Command = {
  usage: 'device revoke <device>',
  does: 'put a device of yours out of its circle for good',
  options: [['--yes', 'ask nothing']],
  need: NEED.unlocked,
  async run(context) {
    const device = argument(context, 0)
    await sure(context, `Revoke the device ${device}? This can't be undone.`)
    const revoked = await context.client.revokeDevice({ device })
    context.show(revoked, () => `${cleanLine(revoked.name ?? shortId(revoked.device))} is revoked.\n`)
    if (!context.running) context.note(NOT_RUNNING)
  },
}

function deviceRow({ circleName, name, current, online, revoked, addedAt, device }: OwnDevice, now: number) {
  const state = revoked ? 'revoked' : current ? 'this one' : online ? 'online' : 'offline'
  return [circleName, name ?? '', state, relativeTime(addedAt, now), device]
}
