/** file forward: sends on what messages name already. */
import { cleanLine } from '@triode/api/local'
import { argument, given } from '../argument.ts'
import type { Command } from '../command.ts'
import { NEED } from '../command.ts'
import { fileNamed, IN } from '../fileRef.ts'

export const fileForward: Command = {
  usage: 'file forward <where> <file...>',
  does: 'send on files that are wholly here; another circle gets them sealed anew',
  options: [['--text <text>', 'a word with them'], IN],
  need: NEED.unlocked,
  async run(context) {
    const { client, args, options, show, note, running } = context
    const files = []
    for (let index = 1; index < args.length; index++) files.push(await fileNamed(context, index))
    const named = files.map(({ id, message }) => given({ id, message }))
    const where = argument(context, 0)
    const sent = await client.sendFiles(given({ where, files: named, text: options.value('text') }))
    show({ event: 'sent', ...sent }, () =>
      sent.files.map(({ name, id }) => `sent on  ${cleanLine(name)}  ${id}\n`).join(''),
    )
    if (sent.warning) note(`Warning: ${cleanLine(sent.warning.message)} ${sent.warning.remedy}`)
    if (!running) note('No device is running here: it leaves once you `triode start`.')
  },
}
