/** file send: reads and seals files, and sends the message that names them. */
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { File, SentFiles } from '@triode/api'
import { ApiFault } from '@triode/api'
import { cleanLine, Declined } from '@triode/api/local'
import { argument, given } from '../argument.ts'
import type { Command, Context } from '../command.ts'
import { NEED } from '../command.ts'
import { Listening } from '../listening.ts'
import { countText } from '../print/file.ts'
import { progressOf, type Progress } from '../print/progress.ts'
import { sizeText } from '../print/size.ts'
import { takeStdin } from '../stdinUpload.ts'

/** How often one that was interrupted calls it off, until it has ended. */
const CANCEL_EVERY_MS = 50
/** Files of one message (spec §15.3); more go as one folder. */
const MAX_ATTACHED = 16
/** Files that are named; of more it is said how many. */
const MAX_NAMED = 3

export const fileSend: Command = {
  usage: 'file send <where> <path...>',
  does: 'send files and whole folders, of any size; - reads one from stdin',
  options: [
    ['--text <text>', 'a word with them'],
    ['--reply <id>', 'in answer to this message'],
    ['--mention <member...>', 'point it out to these members'],
    ['--name <name>', 'what the file is called that is read from stdin'],
    ['--keep-metadata', 'leave in images and recordings where, when and with what they were made'],
    ['--wait', 'go on until everyone has all of it, or Ctrl-C'],
  ],
  need: ({ flag }) => (flag('wait') ? NEED.connected : NEED.unlocked),
  async run(context) {
    const { options, note, running } = context
    const listening = await Listening.start(context)
    const progress = progressOf(context)
    try {
      const sent = await send(context, listening, progress)
      progress.end()
      showSent(sent, context)
      if (options.flag('wait')) await untilDelivered(sent, context, listening, progress)
      else if (!running) note('No device is running here: it leaves once you `triode start`.')
    } finally {
      progress.end()
      listening.stop()
    }
  },
}

/** Until it is sent, what the device tells is how far it is. */
async function send(context: Context, listening: Listening, progress: Progress): Promise<SentFiles> {
  const { client } = context
  const { conversation } = await client.resolve({ where: argument(context, 0) })
  // What other commands send there at the same time is not ours to show, or to call off.
  const sending = randomUUID()
  const stop = listening.hear((event) => {
    if (event.type === 'file' && event.file.sending === sending) progress.tell(event.file)
  })
  const settled = new AbortController()
  listening.interrupted.addEventListener('abort', () => {
    void cancel(context, settled.signal, sending)
  })
  try {
    const { paths, upload } = await takeStdin(context, conversation, listening.interrupted, progress)
    const sent = client.sendFiles({ ...inputOf(conversation, paths, upload, context), sending })
    return await sent.catch(async (error: unknown) => {
      // Nobody else knows of it.
      if (upload !== undefined) await client.dropUpload({ upload }).catch(() => undefined)
      throw error
    })
  } catch (error) {
    if (!isCanceled(error, listening)) throw error
    progress.end()
    context.note('Canceled: nothing was sent.')
    throw new Declined()
  } finally {
    settled.abort()
    stop()
  }
}

/** What is being read from stdin ends with the call itself. */
function isCanceled(error: unknown, { interrupted }: Listening): boolean {
  return interrupted.aborted && (!(error instanceof ApiFault) || error.code === 'canceled')
}

/** Whoever interrupts wants nothing sent; the device may not have heard of it yet. */
async function cancel({ client }: Context, settled: AbortSignal, sending: string): Promise<void> {
  while (!settled.aborted) {
    await client.cancelFile({ id: sending }).catch(() => undefined)
    await delay(CANCEL_EVERY_MS)
  }
}

function inputOf(where: string, paths: readonly string[], upload: string | undefined, { options }: Context) {
  return given({
    where,
    paths: paths.length === 0 ? undefined : [...paths],
    uploads: upload === undefined ? undefined : [upload],
    text: options.value('text'),
    replyTo: options.value('reply'),
    mentions: options.values('mention'),
    keepMetadata: options.flag('keepMetadata') ? true : undefined,
  })
}

function showSent(sent: SentFiles, context: Context): void {
  const { show, note } = context
  show({ event: 'sent', ...sent }, () => sent.files.map(sentLine).join(''))
  const paths = context.args.length - 1
  if (paths > MAX_ATTACHED && sent.files.length === 1)
    note(
      `They go as one folder: a message takes ${MAX_ATTACHED} files at most. Images in it have no small pictures.`,
    )
  tellOfMetadata(sent, context)
  for (const { path, reason } of sent.leftOut) note(`Left out: ${cleanLine(path)} (${REASONS[reason]})`)
  if (sent.warning) note(`Warning: ${cleanLine(sent.warning.message)} ${sent.warning.remedy}`)
}

/** What images and recordings told, or may go on telling, of whoever made them. */
function tellOfMetadata({ stripped, mayTell, message }: SentFiles, { note }: Context): void {
  if (stripped.length > 0)
    note(
      `Taken out of ${namesText(stripped)}: where, when and with what it was made. To leave it in, send with --keep-metadata.`,
    )
  if (mayTell.length === 0) return
  const mayBe = `Warning: where, when and with what it was made may still stand in ${namesText(mayTell)}, and can’t be taken out there.`
  note(
    `${mayBe} If it should not be known, \`triode delete ${message}\`, and send pictures as JPEG, PNG or WebP, and recordings once it was taken out of them.`,
  )
}

function namesText(paths: readonly string[]): string {
  const named = cleanLine(paths.slice(0, MAX_NAMED).join(', '))
  const more = paths.length - MAX_NAMED
  return more > 0 ? `${named} and ${more.toLocaleString('en')} more` : named
}

const REASONS: Readonly<Record<SentFiles['leftOut'][number]['reason'], string>> = {
  'symlink-outside': 'a link that leads out of the folder',
  'not-a-file': 'neither file nor folder',
  unreadable: 'it can\u2019t be read',
  'name-not-utf8': 'its name is not UTF-8',
  'name-too-long': 'its name is too long as it is sent, in Unicode\u2019s form NFC',
  'own-home': 'this device keeps its vault there',
}

function sentLine({ name, size, files, id }: File): string {
  const count = files === undefined ? '' : `, ${countText(files)}`
  return `sent  ${cleanLine(name)}, ${sizeText(size)}${count}  ${id}\n`
}

async function untilDelivered(
  { files, conversation }: SentFiles,
  { client, show, note }: Context,
  listening: Listening,
  progress: Progress,
): Promise<void> {
  const latest = new Map<string, File>()
  let isGone = false
  const stop = listening.hear((event) => {
    if (event.type === 'lock') progress.end()
    if (event.type === 'file-gone' && files.some(({ id }) => id === event.id)) isGone = true
    if (event.type !== 'file' || !files.some(({ id }) => id === event.file.id)) return
    latest.set(event.file.id, event.file)
    progress.tellDelivery(event.file)
  })
  // What was told since is newer than what is listed.
  for (const file of (await client.files({ where: conversation })).files)
    if (!latest.has(file.id)) latest.set(file.id, file)
  const everyone = () => {
    if (isGone || !files.every(({ id }) => latest.has(id))) throw gone()
    return files.every(({ id }) => isDelivered(latest.get(id)))
  }
  const isDone = await listening.until(everyone).finally(stop)
  progress.end()
  if (isDone) {
    const delivered = files.map(({ id, name }) => ({ id, name, delivered: latest.get(id)?.delivered }))
    show({ event: 'delivered', files: delivered }, () => 'Everyone has all of it.\n')
    return
  }
  note('Not everyone has it yet: it goes on while the device runs.')
  throw new Declined()
}

/** What nobody gets any more is waited for no longer, and is not taken for delivered. */
function gone(): ApiFault {
  return new ApiFault({
    status: 404,
    code: 'file-gone',
    message: 'Its message was deleted, or has expired, before everyone had all of it',
    remedy: 'Send it again',
  })
}

function isDelivered(file: File | undefined): boolean {
  return file !== undefined && file.delivered.count >= file.delivered.of
}
