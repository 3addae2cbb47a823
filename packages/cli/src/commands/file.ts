/** file list, status, pause, resume, cancel, pin, unpin, drop: what there is, and what becomes of it. */
import { ApiFault, type File } from '@triode/api'
import { cleanLine } from '@triode/api/local'
import { given } from '../argument.ts'
import type { Command, Context } from '../command.ts'
import { NEED } from '../command.ts'
import { fileNamed, IN } from '../fileRef.ts'
import { fileTable, fileText, stateText } from '../print/file.ts'

export const fileList: Command = {
  usage: 'file list [where]',
  does: 'files, newest first, and what is here of them',
  options: [['--active', 'only what is on its way']],
  need: NEED.unlocked,
  async run({ client, args: [where], options, show, now }) {
    const answer = await client.files(given({ where, active: options.flag('active') ? true : undefined }))
    show(answer, () => fileTable(answer.files, now(), 'No files.'))
  },
}

export const fileStatus: Command = {
  usage: 'file status [file]',
  does: 'all that is known of a file; without one, what is on its way',
  options: [IN],
  need: NEED.unlocked,
  async run(context) {
    const { client, args, show, now } = context
    if (args.length === 0) {
      const answer = await client.files({ active: true })
      show(answer, () => fileTable(answer.files, now(), 'Nothing is on its way.'))
      return
    }
    const file = await fileNamed(context)
    show(file, () => fileText(file, now()))
  },
}

export const filePause = onFile('pause', 'neither fetch a file nor give it to others', ({ client }, id) =>
  client.pauseFile({ id }),
)
export const fileResume = onFile('resume', 'go on with that', ({ client }, id) => client.resumeFile({ id }))
export const filePin = onFile('pin', 'keep a file when room is made', ({ client }, id) =>
  client.pinFile({ id, pinned: true }),
)
export const fileUnpin = onFile('unpin', 'keep it no longer', ({ client }, id) =>
  client.pinFile({ id, pinned: false }),
)
export const fileDrop = onFile(
  'drop',
  'take a file from this device; it can be fetched again',
  ({ client }, id) => client.dropFile({ id }),
  warningOfLack,
)

/** Whoever sent it may be the only one who had all of it. */
function warningOfLack({ delivered: { count, of }, state, held }: File): string | undefined {
  if (count >= of || held || state !== 'complete') return undefined
  const lack = of - count === 1 ? 'lacks' : 'lack'
  return `Warning: ${of - count} of ${of} ${lack} it, and may get it from nobody now. Send it again for them.`
}

export const fileCancel: Command = {
  usage: 'file cancel <file>',
  does: 'stop preparing or fetching a file; what came is thrown away',
  options: [IN],
  need: NEED.unlocked,
  async run(context) {
    const file = await fileNamed(context)
    const answer = await context.client.cancelFile({ id: file.id })
    const isOff = !IDLE.includes(file.state) || file.savingTo !== undefined
    context.show(
      { ...answer, canceled: isOff },
      () => `${cleanLine(file.name)}: ${isOff ? 'canceled' : stateText(file)}.\n`,
    )
    if (isOff) return
    context.note(`Nothing of it was on its way, so nothing was canceled.${otherwise(file)}`)
  },
}

/** What was meant, perhaps. */
function otherwise({ state, delivered, message }: File): string {
  if (state !== 'complete') return ''
  const isSent = delivered.of > 0 && message !== undefined
  const all = isSent ? `, \`triode delete ${message}\` from everyone` : ''
  return ` \`triode file drop\` takes it from this device${all}.`
}

/** Neither fetched nor waiting for that. */
const IDLE: readonly File['state'][] = ['complete', 'offered']

/** Nobody was told of it, and it has no id yet that would stay. */
function stillPreparing(name: string): ApiFault {
  return new ApiFault({
    status: 409,
    code: 'still-preparing',
    message: `${cleanLine(name)} is still read and sealed to be sent`,
    remedy: 'Wait until it is sent, or call that off with `triode file cancel`',
  })
}

/** A command that does one thing to one file and says how it is afterwards. */
function onFile(
  verb: string,
  does: string,
  act: (context: Context, id: string) => Promise<File>,
  warningOf: (before: File) => string | undefined = () => undefined,
): Command {
  return {
    usage: `file ${verb} <file>`,
    does,
    options: [IN],
    need: NEED.unlocked,
    async run(context) {
      const before = await fileNamed(context)
      if (before.state === 'preparing') throw stillPreparing(before.name)
      const file = await act(context, before.id)
      const pinned = file.pinned ? ', pinned' : ''
      context.show(file, () => `${cleanLine(file.name)}: ${stateText(file)}${pinned}.\n`)
      const warning = warningOf(before)
      if (warning !== undefined) context.note(warning)
    },
  }
}
