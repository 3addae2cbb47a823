/** conversations, room create, read, expire. */
import type { Conversation } from '@triode/api'
import { argument, given } from '../argument.ts'
import type { Command } from '../command.ts'
import { NEED } from '../command.ts'
import { cleanLine } from '@triode/api/local'
import { table } from '../print/table.ts'
import { durationOrOff, relativeTime, spanText } from '../print/time.ts'

export const conversations: Command = {
  usage: 'conversations [circle]',
  does: 'conversations, with what is unread',
  need: NEED.unlocked,
  async run({ client, args: [circle], show, now }) {
    const answer = await client.conversations(given({ circle }))
    show(answer, () =>
      table(
        ['CONVERSATION', 'KIND', 'UNREAD', 'EXPIRES', 'LAST', 'ID'],
        answer.conversations.map((conversation) => row(conversation, now())),
        'No conversations yet.',
      ),
    )
  },
}

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
      () =>
        `Room ${cleanLine(room.name)} is made, with ${room.members.length} members.\n${room.conversation}\n`,
    )
    const { conversations: all } = await context.client.conversations({ circle: room.circle })
    if (all.filter(({ name }) => name === room.name).length > 1)
      context.note(`Several in that circle are called ${cleanLine(room.name)}: tell them apart by their ids.`)
  },
}

export const read: Command = {
  usage: 'read <where>',
  does: 'mark messages as read',
  options: [['--up-to <id>', 'up to this message (default: all)']],
  need: NEED.unlocked,
  async run(context) {
    const { conversation } = await context.client.resolve({ where: argument(context, 0) })
    await context.client.read(given({ where: conversation, upTo: context.options.value('upTo') }))
    context.show({ conversation, read: true }, () => 'Read.\n')
  },
}

export const expire: Command = {
  usage: 'expire <where> <time>',
  does: 'make new messages disappear after 7d, 24h, 30m; or off',
  need: NEED.unlocked,
  async run(context) {
    const afterMs = durationOrOff(argument(context, 1))
    const { conversation } = await context.client.resolve({ where: argument(context, 0) })
    await context.client.setExpiry({ where: conversation, afterMs })
    context.show({ conversation, afterMs }, () =>
      afterMs === null ? 'New messages stay.\n' : `New messages disappear after ${spanText(afterMs)}.\n`,
    )
  },
}

/** The longest piece of a message in a list. */
const PREVIEW_CHARS = 40

function row(
  { name, kind, unread, expiresAfterMs, lastMessage, conversation }: Conversation,
  now: number,
): string[] {
  const mark = lastMessage?.unverified === true ? '[not verified] ' : ''
  const text = Array.from(mark + cleanLine(lastMessage === undefined ? '' : wordsOf(lastMessage)))
  const preview = text.length > PREVIEW_CHARS ? `${text.slice(0, PREVIEW_CHARS).join('')}…` : text.join('')
  return [
    name,
    kind,
    unread === 0 ? '' : String(unread),
    expiresAfterMs === undefined ? '' : spanText(expiresAfterMs),
    lastMessage ? `${relativeTime(lastMessage.at, now)}: ${preview}` : '',
    conversation,
  ]
}

/** The text, or what a message without one names. */
function wordsOf({ text, files }: NonNullable<Conversation['lastMessage']>): string {
  return text === '' ? files.map(({ name }) => name).join(', ') : text
}
