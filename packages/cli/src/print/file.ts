/** A file as people read it. */
import type { File, FileSummary } from '@triode/api'
import { cleanLine } from '@triode/api/local'
import { fields, table } from './table.ts'
import { sizeText } from './size.ts'
import { relativeTime, spanText } from './time.ts'
import { shortId } from './shortId.ts'

const STATES: Readonly<Record<File['state'], string>> = {
  preparing: 'being prepared',
  offered: 'not fetched',
  fetching: 'coming',
  waiting: 'waiting for somebody who has it',
  'held-back': 'waiting for a faster or cheaper channel',
  paused: 'paused',
  'disk-full': 'waiting: the disk is full',
  'disk-refused': 'waiting: the disk takes nothing',
  complete: 'here',
}

/** Links that are named; of more it is said how many. */
const MAX_NAMED = 3

const NOT_HELD: Readonly<Record<NonNullable<File['notHeld']>, string>> = {
  'no-room': 'no keeper has room for it now',
  'too-large': 'larger than keepers take files here',
  'no-files': 'keepers take no files here',
  policy: 'a rule of the circle leaves no files at keepers',
}

/** `coming, 45 %`, `here, at 1 of 2`, `here, being saved`, `here, held by a keeper, at 0 of 1`, `here, larger than keepers take files here, at 0 of 1`. */
export function stateText(file: File): string {
  const { state, have, size, files, delivered, held, notHeld, paused } = file
  // How much it is nobody knows yet.
  if (state === 'preparing' && size === 0 && files !== undefined)
    return `being looked through, ${countText(files)}`
  const isHeld = held && delivered.count < delivered.of
  const atKeepers = isHeld ? 'held by a keeper' : notHeld && NOT_HELD[notHeld]
  const words = [STATES[state], ...(atKeepers === undefined ? [] : [atKeepers])].join(', ')
  if (state === 'complete') {
    const at = delivered.of > 0 ? [`at ${delivered.count} of ${delivered.of}`] : []
    const kept = paused ? ['given to nobody until it is resumed'] : []
    return [words, ...at, ...kept, ...savingWords(file)].join(', ')
  }
  return state === 'offered' && have === 0 ? words : `${words}, ${percent(file)} %`
}

/** All of it is here, and is to lie somewhere else as well: that may wait too. */
function savingWords({ savingTo, notSaved }: Pick<File, 'savingTo' | 'notSaved'>): string[] {
  if (savingTo === undefined) return []
  return [notSaved?.code === 'disk-full' ? 'not saved yet: that disk is full' : 'being saved']
}

/** Of what is here; 100 only when nothing is missing. */
export function percent({ have, size }: Pick<File, 'have' | 'size'>): number {
  return size === 0 ? 0 : Math.floor((100 * have) / size)
}

/** `4.2 MB/s, 12 s left`; empty where nothing is known. */
export function paceText({ rate, secondsLeft }: Pick<File, 'rate' | 'secondsLeft'>): string {
  const pace = rate === undefined ? [] : [`${sizeText(rate)}/s`]
  if (secondsLeft !== undefined) pace.push(`${spanText(Math.max(1, secondsLeft) * 1_000)} left`)
  return pace.join(', ')
}

/** One line below a message: `file  cake.jpg, 1.2 MB, not fetched  ID`. */
export function attachmentText(summary: FileSummary, file: File | undefined): string {
  const { kind, name, size, files, id } = summary
  const parts = [cleanLine(name), sizeText(size)]
  if (files !== undefined) parts.push(countText(files))
  if (file !== undefined) parts.push(stateText(file))
  return `${kind}  ${parts.join(', ')}  ${id}`
}

export function countText(files: number): string {
  return files === 1 ? '1 file' : `${files} files`
}

export function fileTable(files: readonly File[], now: number, empty: string): string {
  return table(
    ['FILE', 'SIZE', 'STATE', 'PACE', 'FROM', 'WHEN', 'ID'],
    files.map((file) => [
      file.kind === 'folder' ? `${file.name}/` : file.name,
      sizeText(file.size),
      `${stateText(file)}${file.pinned ? ', pinned' : ''}`,
      paceText(file),
      file.fromName ?? shortId(file.from),
      relativeTime(file.at, now),
      file.id,
    ]),
    empty,
  )
}

/** `2 links, which the disk there can’t hold: a/b, c`; undefined: all was saved. */
export function linksText({ linksLeftOut }: Pick<File, 'linksLeftOut'>): string | undefined {
  if (linksLeftOut === undefined) return undefined
  const { count, paths } = linksLeftOut
  const named = paths.slice(0, MAX_NAMED).join(', ')
  const more = count > MAX_NAMED ? `${named} and ${(count - MAX_NAMED).toLocaleString('en')} more` : named
  return `${count === 1 ? '1 link' : `${count} links`}, which the disk there can\u2019t hold: ${more}`
}

/** Why the disk takes nothing of it, and what to do; undefined: it does. */
export function notStoredText({ notStored }: Pick<File, 'notStored'>): string | undefined {
  return notStored && `${notStored.message} ${notStored.remedy}`
}

/** All that is known of one. */
export function fileText(file: File, now: number): string {
  const { kind, name, files, mediaType, width, height, durationMs, sources, savingTo, savedTo } = file
  return fields([
    [kind, name],
    ['size', `${sizeText(file.size)}${files === undefined ? '' : `, ${countText(files)}`}`],
    ['type', mediaType],
    ['picture', width === undefined || height === undefined ? undefined : `${width} x ${height}`],
    ['lasts', durationMs === undefined ? undefined : spanText(durationMs)],
    ['rights', rightsText(file)],
    ['state', stateText(file)],
    ['pace', paceText(file)],
    ['sources', sources.map(sourceText).join('; ')],
    ['priority', file.priority],
    ['pinned', file.pinned ? 'yes' : 'no'],
    ['saving to', savingTo],
    ['saved to', savedTo],
    ['left out', linksText(file)],
    ['not stored', notStoredText(file)],
    ['not saved', file.notSaved?.message],
    ['from', file.fromName ?? shortId(file.from)],
    ['when', relativeTime(file.at, now)],
    ['id', file.id],
  ])
}

/** What whoever saves it may do with it, as where it came from; empty where that is as usual. */
function rightsText({ executable, ownerOnly, readOnly }: FileSummary): string {
  const parts = [
    executable && 'can be run',
    ownerOnly === true && 'for its owner alone',
    readOnly === true && 'not to be written to',
  ]
  return parts.filter((part) => part !== false).join(', ')
}

function sourceText({ name, device, channel, rate, isSilent }: File['sources'][number]): string {
  const pace = isSilent ? 'has sent nothing for ten seconds or more' : `${sizeText(rate)}/s`
  return `${name ?? shortId(device)} over ${channel}, ${pace}`
}
