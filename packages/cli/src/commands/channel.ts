/** channel list, on, off: the ways to other devices. */
import { argument } from '../argument.ts'
import type { Command, Context } from '../command.ts'
import { NEED } from '../command.ts'
import { fields } from '../print/table.ts'

export const channelList: Command = {
  usage: 'channel list',
  does: 'channels of the running device, and what using each shows to whom',
  need: NEED.running,
  async run({ client, show }) {
    const { channels } = await client.status()
    show({ channels }, () =>
      channels
        .map(({ name, state, reason, costly, reveals }) =>
          fields([
            ['channel', name],
            ['state', reason === undefined ? state : `${state}: ${reason}`],
            ['cost', costly ? 'may cost money' : 'none'],
            ['shows', reveals],
          ]),
        )
        .join('\n'),
    )
  },
}

export const channelOn: Command = {
  usage: 'channel on <name>',
  does: 'use a channel, now and at every start',
  need: NEED.unlocked,
  run: (context) => turn(context, true),
}

export const channelOff: Command = {
  usage: 'channel off <name>',
  does: 'use a channel no more',
  need: NEED.unlocked,
  run: (context) => turn(context, false),
}

async function turn(context: Context, on: boolean): Promise<void> {
  const channel = await context.client.setChannel({ name: argument(context, 0), on })
  context.show(channel, () => `Channel ${channel.name} is ${on ? 'wanted' : 'not wanted'} from now on.\n`)
  if (on) context.note(channel.reveals)
}
