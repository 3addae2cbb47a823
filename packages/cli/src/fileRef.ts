/** Which file is meant: by its id, the beginning of one, or its name. */
import { ApiFault, type File } from '@triode/api'
import { cleanLine } from '@triode/api/local'
import { argument, given } from './argument.ts'
import type { Context } from './command.ts'
import { relativeTime } from './print/time.ts'

/** Shorter beginnings of an id are taken for names only. */
const MIN_PREFIX = 4
/** Named in an error, at most. */
const MAX_CANDIDATES = 5

/** For every command that takes a file. */
export const IN = ['--in <where>', 'look for the name in this conversation'] as const

/** @throws ApiFault 'not-found' | 'ambiguous', which lists the candidates */
export async function fileNamed(context: Context, index = 0): Promise<File> {
  const reference = argument(context, index)
  const { files } = await context.client.files(given({ where: context.options.value('in') }))
  const whole = files.find(({ id }) => id === reference)
  const typed = reference.normalize('NFC')
  const fits = whole ? [whole] : files.filter((file) => isMeant(file, typed))
  const [first, ...others] = fits
  if (first === undefined) throw notFound(reference)
  if (others.length > 0) throw ambiguous(reference, fits, context.now())
  return first
}

/** @param typed in NFC, as names are: keyboards and shells may give letters in parts */
function isMeant({ id, kind, name }: File, typed: string): boolean {
  // Lists show folders with a slash at their end, and shells complete them so.
  const isName = name === typed || (kind === 'folder' && `${name}/` === typed)
  return isName || (typed.length >= MIN_PREFIX && id.startsWith(typed))
}

function notFound(reference: string): ApiFault {
  return new ApiFault({
    status: 404,
    code: 'not-found',
    message: `There is no file '${cleanLine(reference)}'`,
    remedy: 'See `triode file list` for what there is',
  })
}

function ambiguous(reference: string, files: readonly File[], now: number): ApiFault {
  const listed = files.slice(0, MAX_CANDIDATES).map(({ name, fromName = 'somebody', at, id }) => {
    return `${cleanLine(name)} of ${cleanLine(fromName)}, ${relativeTime(at, now)} (${id})`
  })
  const more = files.length > listed.length ? ` and ${files.length - listed.length} more` : ''
  return new ApiFault({
    status: 409,
    code: 'ambiguous',
    message: `'${cleanLine(reference)}' may be ${listed.join(', ')}${more}`,
    remedy: 'Use the id, or --in WHERE',
  })
}
