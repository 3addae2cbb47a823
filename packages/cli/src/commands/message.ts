/** send, messages, react, edit, delete, search. */
import type { Client, File, Message } from '@triode/api'
import { cleanLine } from '@triode/api/local'
import { argument, argumentOrStdin, given, usage, wholeNumber } from '../argument.ts'
import type { Command, Context } from '../command.ts'
import { NEED } from '../command.ts'
import { stillThere } from '../listening.ts'
import { messageText } from '../print/message.ts'
import { momentMs } from '../print/time.ts'

const IDS = ['--ids', 'show the ids of messages'] as const

export const send: Command = {
  usage: 'send <where> <text>',
  does: 'send a message; - reads the text from stdin',
  options: [
    ['--reply <id>', 'in answer to this message'],
    ['--mention <member...>', 'point it out to these members'],
  ],
  need: NEED.unlocked,
  async run(context) {
    const { client, options, show, note, running } = context
    const where = argument(context, 0)
    const text = await argumentOrStdin(context, 1)
    const mentions = options.values('mention')
    const sent = await client.send(given({ where, text, replyTo: options.value('reply'), mentions }))
    show(sent, () => `${sent.state}  ${sent.id}\n`)
    if (sent.warning) note(`Warning: ${cleanLine(sent.warning.message)} ${sent.warning.remedy}`)
    if (!running) note('No device is running here: it leaves once you `triode start`.')
  },
}

/** Where a page may begin or end. */
const PLACES = ['before', 'after', 'around', 'at'] as const

export const messages: Command = {
  usage: 'messages <where>',
  does: 'read a conversation, from old to new',
  options: [
    ['--before <id>', 'only what is older than this message'],
    ['--after <id>', 'only what is newer than this message, the oldest of it first'],
    ['--around <id>', 'what stands around this message'],
    ['--at <time>', 'from a time on: 2026-01-31, 2026-01-31T18:30, or 7d ago'],
    ['--limit <n>', 'at most so many (default: 50, at most 500)'],
    ['--follow', 'go on with what arrives, until Ctrl-C'],
    IDS,
  ],
  need: ({ flag }) => (flag('follow') ? NEED.connected : NEED.unlocked),
  async run(context) {
    const { client, options } = context
    const places = PLACES.filter((place) => options.value(place) !== undefined)
    const [first, second = options.flag('follow') ? 'follow' : undefined] = places
    if (first !== undefined && second !== undefined) {
      throw usage(`--${second} and --${first} do not go together`)
    }
    const { conversation, circle } = await client.resolve({ where: argument(context, 0) })
    if (!options.flag('json')) await noteMissing(conversation, circle, context)
    await (options.flag('follow') ? follow(conversation, context) : onePage(conversation, context))
  },
}

export const react: Command = {
  usage: 'react <message> <emoji>',
  does: 'react to a message',
  options: [['--remove', 'take the reaction back']],
  need: NEED.unlocked,
  async run(context) {
    const [id, emoji, remove] = [argument(context, 0), argument(context, 1), context.options.flag('remove')]
    await context.client.react({ id, emoji, remove })
    context.show({ id, emoji, removed: remove }, () => (remove ? 'Taken back.\n' : 'Reacted.\n'))
  },
}

export const edit: Command = {
  usage: 'edit <message> <text>',
  does: 'change the text of your message; - reads it from stdin',
  need: NEED.unlocked,
  async run(context) {
    const id = argument(context, 0)
    await context.client.edit({ id, text: await argumentOrStdin(context, 1) })
    context.show({ id, edited: true }, () => 'Edited.\n')
  },
}

export const deleteMessage: Command = {
  usage: 'delete <message>',
  does: 'delete a message: yours everywhere, that of others here',
  need: NEED.unlocked,
  async run(context) {
    const id = argument(context, 0)
    await context.client.deleteMessage({ id })
    context.show({ id, deleted: true }, () => 'Deleted.\n')
  },
}

export const search: Command = {
  usage: 'search <text>',
  does: 'find messages by their words',
  options: [
    ['--in <where>', 'only in this conversation'],
    ['--limit <n>', 'at most so many (default: 50)'],
    IDS,
  ],
  need: NEED.unlocked,
  async run(context) {
    const { client, options, show } = context
    const limit = limitOf(context)
    const found = await client.search(
      given({ text: argument(context, 0), where: options.value('in'), limit }),
    )
    const text = await pageText(found.messages, context)
    show(found, () => text(found.messages) || 'Nothing found.\n')
  },
}

/** Before them: what one reads then is not all that was written. */
async function noteMissing(conversation: string, circle: string, { client, note }: Context): Promise<void> {
  const { conversations } = await client.conversations({ circle })
  const { missingFrom = [] } = conversations.find((one) => one.conversation === conversation) ?? {}
  if (missingFrom.length === 0) return
  const { members } = await client.members({ circle })
  const names = members
    .filter(({ member }) => missingFrom.includes(member))
    .map((one) => one.name ?? one.member)
  note(
    `Some messages are missing here, of ${names.map(cleanLine).join(', ')}. They come from a device of theirs, or of anybody else who can read them, once both are online.`,
  )
}

async function onePage(conversation: string, context: Context): Promise<void> {
  const { options, client, now } = context
  const [before, after, around] = [options.value('before'), options.value('after'), options.value('around')]
  const time = options.value('at')
  const at = time === undefined ? undefined : momentMs(time, now())
  const limit = limitOf(context)
  const page = await client.messages(given({ where: conversation, before, after, around, at, limit }))
  const text = await pageText(page.messages, context)
  context.show(page, () => text(page.messages) || 'No messages.\n')
  const oldest = page.messages[0]
  const newest = page.messages.at(-1)
  if (page.more && oldest) context.note(`There are older ones: --before ${oldest.id}`)
  if (page.moreAfter && newest) context.note(`There are newer ones: --after ${newest.id}`)
}

/** Listens before it reads, so that nothing falls in between; what arrives meanwhile is told apart by its id. */
async function follow(conversation: string, context: Context): Promise<void> {
  const interrupted = context.interrupted()
  const done = new AbortController()
  const events = await context.client.events({ signal: AbortSignal.any([interrupted, done.signal]) })
  try {
    const seen = await firstPage(conversation, context)
    for await (const event of events) {
      if (event.type === 'lock') context.note('The device was locked. This goes on once it is unlocked.')
      if (event.type !== 'message' || event.message.conversation !== conversation) continue
      if (!seen.has(event.message.id)) await showEach([event.message], context)
      seen.add(event.message.id)
    }
  } finally {
    done.abort()
  }
  if (!interrupted.aborted) await stillThere(context.client)
}

/** @returns the ids shown */
async function firstPage(conversation: string, context: Context): Promise<Set<string>> {
  const wanted = given({ where: conversation, limit: limitOf(context) })
  const { messages: page } = await context.client.messages(wanted)
  await showEach(page, context)
  return new Set(page.map(({ id }) => id))
}

async function showEach(page: readonly Message[], context: Context): Promise<void> {
  const text = await pageText(page, context)
  for (const message of page) context.show(message, () => text([message]))
}

/** @returns what makes text of messages of `page` */
async function pageText(
  page: readonly Message[],
  context: Context,
): Promise<(of: readonly Message[]) => string> {
  const { now, options, client, here } = context
  const files = options.flag('json') ? new Map<string, File>() : await filesOf(client, page)
  const style = { now: now(), ids: options.flag('ids'), triode: here, files }
  return (of) => of.map((message) => messageText(message, style)).join('')
}

/** What is here of the files that messages name. */
async function filesOf(client: Client, page: readonly Message[]): Promise<Map<string, File>> {
  const naming = page.filter(({ files }) => files.length > 0).map(({ conversation }) => conversation)
  const lists = await Promise.all([...new Set(naming)].map((where) => client.files({ where })))
  return new Map(lists.flatMap(({ files }) => files).map((file) => [file.id, file]))
}

function limitOf({ options }: Context): number | undefined {
  const limit = options.value('limit')
  return limit === undefined ? undefined : wholeNumber(limit)
}
