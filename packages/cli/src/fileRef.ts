/** Which file is meant: by its id, the beginning of one, or its name. */
import { ApiFault, type File } from '@triode/api'
import { cleanLine } from '@triode/api/local'
import { argument, given } from './argument.ts'
import type { Context } from './command.ts'

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
  const fits = whole ? [whole] : files.filter((file) => isMeant(file, reference))
  const [first, ...others] = fits
  if (first === undefined) throw notFound(reference)
  if (others.length > 0) throw ambiguous(reference, fits)
  return first
}

function isMeant({ id, name }: File, reference: string): boolean {
  return name === reference || (reference.length >= MIN_PREFIX && id.startsWith(reference))
}

function notFound(reference: string): ApiFault {
  return new ApiFault({
    status: 404,
    code: 'not-found',
    message: `There is no file '${cleanLine(reference)}'`,
    remedy: 'See `triode file list` for what there is',
  })
}

function ambiguous(reference: string, files: readonly File[]): ApiFault {
  const listed = files.slice(0, MAX_CANDIDATES).map(({ name, fromName = 'somebody', id }) => {
    return `${cleanLine(name)} of ${cleanLine(fromName)} (${id})`
  })
  const more = files.length > listed.length ? ` and ${files.length - listed.length} more` : ''
  return new ApiFault({
    status: 409,
    code: 'ambiguous',
    message: `'${cleanLine(reference)}' may be ${listed.join(', ')}${more}`,
    remedy: 'Use the id, or --in WHERE',
  })
}
