/** room create, rename, add, remove, leave. */
import type { Conversation } from '@triode/api'
import { cleanLine } from '@triode/api/local'
import { argument } from '../argument.ts'
import type { Command, Context } from '../command.ts'
import { NEED } from '../command.ts'

export const roomCreate: Command = {
  usage: 'room create <circle> <name> <member...>',
  does: 'make a room for some of a circle',
  need: NEED.unlocked,
  async run(context) {
    const [, , ...others] = context.args
    const wanted = { circle: argument(context, 0), name: argument(context, 1), members: others }
    const room = await context.client.createRoom(wanted)
    context.show(
      room,
      () => `Room ${cleanLine(room.name)} is made, with ${peopleIn(room)}.\n${room.conversation}\n`,
    )
    const { conversations: all } = await context.client.conversations({ circle: room.circle })
    if (all.filter(({ name }) => name === room.name).length > 1)
      context.note(`Several in that circle are called ${cleanLine(room.name)}: tell them apart by their ids.`)
  },
}

export const roomRename: Command = {
  usage: 'room rename <room> <name>',
  does: 'give a room another name',
  need: NEED.unlocked,
  async run(context) {
    const room = await context.client.renameRoom({ where: argument(context, 0), name: argument(context, 1) })
    context.show(room, () => `It is called ${cleanLine(room.name)} now.\n`)
  },
}

export const roomAdd: Command = {
  usage: 'room add <room> <member...>',
  does: 'put members in a room: they read what is written from then on',
  need: NEED.unlocked,
  run: (context) => change(context, 'add'),
}

export const roomRemove: Command = {
  usage: 'room remove <room> <member...>',
  does: 'take members out of a room',
  need: NEED.unlocked,
  run: (context) => change(context, 'remove'),
}

export const roomLeave: Command = {
  usage: 'room leave <room>',
  does: 'leave a room',
  need: NEED.unlocked,
  async run(context) {
    const { conversation, name } = await context.client.resolve({ where: argument(context, 0) })
    await context.client.leaveRoom({ where: conversation })
    context.show({ conversation, left: true }, () => `You have left ${cleanLine(name)}.\n`)
  },
}

async function change(context: Context, how: 'add' | 'remove'): Promise<void> {
  const [, ...members] = context.args
  const room = await context.client.changeRoomMembers({ where: argument(context, 0), [how]: members })
  context.show(room, () => `${cleanLine(room.name)} has ${peopleIn(room)} now.\n`)
}

function peopleIn({ members }: Conversation): string {
  return members.length === 1 ? '1 member' : `${members.length} members`
}
