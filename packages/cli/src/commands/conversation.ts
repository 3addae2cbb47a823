/** conversations, read, expire; and how one wants to see them: pin, mute, archive, unread. */
import type { Conversation, Input } from '@triode/api'
import { argument, given } from '../argument.ts'
import type { Command, Context } from '../command.ts'
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
        ['CONVERSATION', 'KIND', 'UNREAD', 'EXPIRES', 'LAST', 'ID', ''],
        answer.conversations.map((conversation) => row(conversation, now())),
        'No conversations yet.',
      ),
    )
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

const OFF = ['--off', 'no longer'] as const

export const pin: Command = {
  usage: 'pin <where>',
  does: 'keep a conversation at the top',
  options: [OFF],
  need: NEED.unlocked,
  run: (context) => prefer(context, { pinned: !context.options.flag('off') }),
}

export const archive: Command = {
  usage: 'archive <where>',
  does: 'put a conversation away until something comes; while it is muted, for good',
  options: [OFF],
  need: NEED.unlocked,
  run: (context) => prefer(context, { archived: !context.options.flag('off') }),
}

export const unread: Command = {
  usage: 'unread <where>',
  does: 'mark a conversation, to come back to it',
  need: NEED.unlocked,
  run: (context) => prefer(context, { markedUnread: true }),
}

export const mute: Command = {
  usage: 'mute <where> [time]',
  does: 'tell nothing of a conversation aloud for 8h, 7d; for good; or off',
  need: NEED.unlocked,
  async run(context) {
    const [, time] = context.args
    const forMs = time === undefined ? undefined : durationOrOff(time)
    await prefer(context, {
      mutedUntil: forMs === undefined ? 'always' : forMs === null ? null : context.now() + forMs,
    })
  },
}

async function prefer(context: Context, changes: Omit<Input<'setPreferences'>, 'where'>): Promise<void> {
  const { client, show, now } = context
  const conversation = await client.setPreferences({ where: argument(context, 0), ...changes })
  show(conversation, () => {
    const marks = marksOf(conversation, now())
    return `${cleanLine(conversation.name)}: ${marks === '' ? 'as any other' : marks}.\n`
  })
}

function marksOf({ pinned, mutedUntil, archived, markedUnread }: Conversation, now: number): string {
  const words = [
    pinned && 'pinned',
    markedUnread && 'to come back to',
    archived && 'archived',
    mutedUntil === 'always' && 'muted',
    typeof mutedUntil === 'number' && `muted for ${spanText(mutedUntil - now)}`,
  ]
  return words.filter((word) => word !== false).join(', ')
}

/** The longest piece of a message in a list. */
const PREVIEW_CHARS = 40

function row(conversation: Conversation, now: number): string[] {
  const { name, kind, unread: count, expiresAfterMs, lastMessage, conversation: id } = conversation
  const mark = lastMessage?.unverified === true ? '[not verified] ' : ''
  const text = Array.from(mark + cleanLine(lastMessage === undefined ? '' : wordsOf(lastMessage)))
  const preview = text.length > PREVIEW_CHARS ? `${text.slice(0, PREVIEW_CHARS).join('')}…` : text.join('')
  return [
    name,
    kind,
    count === 0 ? '' : String(count),
    expiresAfterMs === undefined ? '' : spanText(expiresAfterMs),
    lastMessage ? `${relativeTime(lastMessage.at, now)}: ${preview}` : '',
    id,
    marksOf(conversation, now),
  ]
}

/** The text, or what a message without one names. */
function wordsOf({ text, files }: NonNullable<Conversation['lastMessage']>): string {
  return text === '' ? files.map(({ name }) => name).join(', ') : text
}
