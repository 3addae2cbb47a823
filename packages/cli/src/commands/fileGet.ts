/** file get: fetches a file, and saves it. */
import { ApiFault, type File } from '@triode/api'
import { cleanLine, Declined } from '@triode/api/local'
import { given, typedPath } from '../argument.ts'
import type { Command, Context } from '../command.ts'
import { NEED } from '../command.ts'
import { fileNamed, IN } from '../fileRef.ts'
import { Listening } from '../listening.ts'
import { linksText, notStoredText, stateText } from '../print/file.ts'
import { progressOf, type Progress } from '../print/progress.ts'
import { sizeText } from '../print/size.ts'
import { STDOUT, writeOut } from '../stdoutDownload.ts'

export const fileGet: Command = {
  usage: 'file get <file>',
  does: 'fetch a file; goes on where it was left',
  options: [
    [
      '-o, --output <path>',
      'save it: under a new name, or in a folder; - is stdout. Without: it stays sealed in the vault',
    ],
    ['--overwrite', 'replace what is there'],
    ['--priority <priority>', 'low, normal or high'],
    ['--no-wait', 'leave it to the device'],
    IN,
  ],
  need: NEED.connected,
  async run(context) {
    const { client, options, show, note, running } = context
    const output = options.value('output')
    if (output === STDOUT) {
      await writeOut(context, await fileNamed(context))
      return
    }
    const to = output === undefined ? undefined : placeOf(output)
    const priority = options.value('priority') as File['priority'] | undefined
    const overwrite = options.flag('overwrite') ? true : undefined
    const { id } = await fileNamed(context)
    const ask = () => client.getFile(given({ id, to, overwrite, priority }))
    if (options.flag('wait')) {
      await getAndFollow(context, id, ask)
      return
    }
    const asked = await ask()
    show({ event: 'asked', ...asked }, () => `${cleanLine(asked.name)}: ${stateText(asked)}.\n`)
    if (!running) note('No device is running here: it comes once you `triode start`.')
  },
}

/** Absolute. The slash at its end stays: that has to be a folder, and is no name to save it under. */
function placeOf(output: string): string {
  const path = typedPath(output)
  return output.endsWith('/') && !path.endsWith('/') ? `${path}/` : path
}

async function getAndFollow(context: Context, id: string, ask: () => Promise<File>): Promise<void> {
  const listening = await Listening.start(context)
  const progress = progressOf(context)
  const words = toldOnce(context, progress)
  let place: string | undefined
  let latest: File | undefined
  // What is told may be of before the request, and come before its answer or after it: it only says when to look.
  let mayHaveEnded = false
  const take = (file: File) => {
    latest = file
    progress.tell(file)
    words(file)
    if (hasEnded(file, place)) mayHaveEnded = true
  }
  listening.hear((event) => {
    if (event.type === 'file' && event.file.id === id) take(event.file)
    else if (event.type === 'file-gone' && event.id === id) mayHaveEnded = true
    // Nothing was told while it was locked.
    else if (event.type === 'unlock') mayHaveEnded = true
    else if (event.type === 'lock') progress.end()
  })
  try {
    const asked = await ask()
    place = asked.savingTo
    if (latest === undefined) take(asked)
    else if (hasEnded(latest, place)) mayHaveEnded = true
    while (await listening.until(() => mayHaveEnded)) {
      mayHaveEnded = false
      const file = await lookAt(context, id, listening.interrupted)
      if (file === undefined || !hasEnded(file, place)) continue
      requireGot(file, place)
      progress.end()
      showGot(file, context)
      return
    }
    progress.end()
    leave(context)
  } finally {
    progress.end()
    listening.stop()
  }
}

/** @returns it as it is now; undefined while the device is locked, or once `interrupted` @throws ApiFault 'file-gone' */
async function lookAt({ client }: Context, id: string, interrupted: AbortSignal): Promise<File | undefined> {
  try {
    return await client.file({ id }, { signal: interrupted })
  } catch (error) {
    const code = error instanceof ApiFault ? error.code : undefined
    if (interrupted.aborted || code === 'locked') return undefined
    if (code !== 'not-found') throw error
    throw fault(404, 'file-gone', 'Its message was deleted, or has expired', 'Ask for it to be sent again')
  }
}

function isOf({ savingTo, savedTo }: File, place: string | undefined): boolean {
  return place === undefined || savingTo === place || savedTo === place
}

/** It is here, and saved; or it will never be. @param place where it is to be saved */
function hasEnded(file: File, place: string | undefined): boolean {
  if (isRefused(file) || file.state === 'offered') return true
  return file.state === 'complete' && (file.savingTo === undefined || !isOf(file, place))
}

/** For want of room the device tries again. */
function isRefused({ notSaved: why }: File): boolean {
  return why !== undefined && why.code !== 'disk-full'
}

/** @param file has ended @throws ApiFault when it is not here, or not saved in `place` */
function requireGot(file: File, place: string | undefined): void {
  if (isRefused(file)) throw notSaved(file)
  if (file.state === 'offered')
    throw fault(409, 'canceled', 'Fetching it was canceled', 'Run it again to begin anew')
  // It may be saved elsewhere, from before.
  if (!isOf(file, place)) throw fault(409, 'canceled', 'Saving it was canceled', 'Run it again to save it')
}

function notSaved({ notSaved: why, id }: File): ApiFault {
  const remedy = `It is here all the same: try \`triode file get ${id} -o\` with another path`
  return fault(409, why?.code ?? 'file-refused', `It could not be saved: ${why?.message ?? ''}`, remedy)
}

/** Why it does not go on is said once each time, where no bar says it. */
function toldOnce({ note, terminal }: Context, progress: Progress): (file: File) => void {
  let last: string | undefined
  return (file) => {
    const isStuck = ['waiting', 'paused', 'disk-full'].includes(file.state)
    const words = file.notSaved?.message ?? notStoredText(file)
    const why = words ?? (isStuck ? file.state : undefined)
    const isInBar = terminal.stderr.isTTY === true && file.notStored === undefined
    if (why !== undefined && why !== last && !isInBar) {
      progress.end()
      note(`${cleanLine(file.name)}: ${cleanLine(words ?? `${stateText(file)}.`)}`)
    }
    last = why
  }
}

function leave({ note, running }: Context): never {
  note(
    running
      ? 'It goes on in the device: see `triode file status`, or stop it with `triode file cancel`.'
      : 'It goes on where it was left once you `triode start`.',
  )
  throw new Declined()
}

function showGot(file: File, { show, here, note }: Context): void {
  const { savedTo, size, name, id } = file
  const isSaved = savedTo !== undefined
  show({ event: isSaved ? 'saved' : 'fetched', ...file }, () =>
    isSaved
      ? `Saved to ${cleanLine(savedTo)}, ${sizeText(size)}.\n`
      : `${cleanLine(name)} is here, sealed in the vault. Save it with: ${here} file get ${id} -o PATH\n`,
  )
  const links = linksText(file)
  if (links !== undefined) note(`Left out: ${cleanLine(links)}. All else is there.`)
}

function fault(status: number, code: string, message: string, remedy: string): ApiFault {
  return new ApiFault({ status, code, message, remedy })
}
