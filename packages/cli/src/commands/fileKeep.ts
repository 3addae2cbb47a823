/** file check, file settings: whether what is here is whole, what comes by itself, how much is kept. */
import { ApiFault, type ApiEvent, type FileCheck, type FileSettings } from '@triode/api'
import { cleanLine, Declined } from '@triode/api/local'
import { given, usage } from '../argument.ts'
import type { Command, Context } from '../command.ts'
import { NEED } from '../command.ts'
import { fileNamed, IN } from '../fileRef.ts'
import { checkBarOf, type CheckBar } from '../print/progress.ts'
import { fields } from '../print/table.ts'
import { sizeBytes, sizeOrNone, sizeText } from '../print/size.ts'

export const fileCheck: Command = {
  usage: 'file check [file]',
  does: 'hash what is here anew, and fetch again what is damaged',
  options: [IN],
  need: NEED.unlocked,
  async run(context) {
    const id = context.args.length === 0 ? undefined : (await fileNamed(context)).id
    const found = await checked(context, id)
    context.show(found, () => checkText(found))
    if (found.damaged.length > 0) throw damageFound(found, context)
  },
}

/** What was mended is whole again at once; what is damaged is so until others have given it, if anybody can. */
function damageFound({ damaged }: FileCheck, { running }: Context): ApiFault {
  const chunks = damaged.reduce((sum, one) => sum + one.chunks, 0)
  const again = running
    ? '`triode file status` says what is still fetched again'
    : 'no device is running here, and nothing is fetched again until you `triode start`'
  return new ApiFault({
    status: 500,
    code: 'file-damaged',
    message: `Damage was found in ${damaged.length === 1 ? '1 file' : `${damaged.length} files`}`,
    remedy: `Look at the disk; ${again}`,
    details: { chunks },
  })
}

/** What is large takes its time: a bar says how far it is. @throws Declined at Ctrl-C */
async function checked(context: Context, id: string | undefined): Promise<FileCheck> {
  const { client, note, running } = context
  const interrupted = context.interrupted()
  const over = new AbortController()
  const bar = checkBarOf(context)
  const events = await client.events({ signal: AbortSignal.any([interrupted, over.signal]) })
  const shown = showChecks(events, bar).catch(() => undefined)
  try {
    return await client.checkFiles(given({ id }), { signal: interrupted })
  } catch (error) {
    if (!interrupted.aborted) throw error
    bar.end()
    const goesOn = 'The device goes on with it, and fetches again what is damaged.'
    note(running ? goesOn : 'It was not finished: run it again.')
    throw new Declined()
  } finally {
    over.abort()
    await shown
    bar.end()
  }
}

async function showChecks(events: AsyncIterable<ApiEvent>, bar: CheckBar): Promise<void> {
  for await (const event of events) if (event.type === 'file-check') bar.tell(event)
}

function checkText({ checked, damaged, mended }: FileCheck): string {
  const looked = checked === 1 ? '1 file looked at' : `${checked} files looked at`
  const notes = mended
    .map(
      ({ name, id }) => `${cleanLine(name)}: what is noted of its pieces was damaged, and is mended  ${id}\n`,
    )
    .join('')
  if (damaged.length === 0) return `${looked}, all whole.\n${notes}`
  const lines = damaged.map(({ name, chunks, id }) => {
    const parts = chunks === 1 ? '1 damaged piece' : `${chunks} damaged pieces`
    return `${cleanLine(name)}: ${parts}, fetched again from whoever has them  ${id}\n`
  })
  return `${looked}, ${damaged.length} damaged.\n${lines.join('')}${notes}`
}

/** What is said of each setting, by the key that is typed. */
const SETTINGS = {
  'auto-fetch': 'autoFetchBytes',
  'auto-fetch-slow': 'autoFetchSlowBytes',
  quota: 'quotaBytes',
  'member-share': 'memberShareBytes',
} as const
const RATE = 'rate-'

export const fileSettings: Command = {
  usage: 'file settings [key] [value]',
  does: 'what comes by itself, how much is kept, how fast; or set one: auto-fetch, auto-fetch-slow, quota, member-share, rate-CHANNEL',
  need: NEED.unlocked,
  async run(context) {
    const { client, args, show } = context
    const settings = args.length === 0 ? await client.fileSettings() : await change(context)
    show(settings, () => settingsText(settings))
  },
}

async function change({ client, args: [key = '', value] }: Context): Promise<FileSettings> {
  if (value === undefined) throw usage('A value is missing', 'Give a size such as 10M, or none')
  if (isSize(key)) return client.setFileSettings({ [SETTINGS[key]]: sizeOrNone(value) })
  const channel = key.startsWith(RATE) ? key.slice(RATE.length) : ''
  if (channel === '')
    throw usage(`'${key}' is not a setting`, `Choose ${Object.keys(SETTINGS).join(', ')} or rate-CHANNEL`)
  const { [channel]: _, ...others } = (await client.fileSettings()).rateLimits
  const limit = value === 'none' ? {} : { [channel]: sizeBytes(value) }
  return client.setFileSettings({ rateLimits: { ...others, ...limit } })
}

function isSize(key: string): key is keyof typeof SETTINGS {
  return Object.hasOwn(SETTINGS, key)
}

function settingsText(settings: FileSettings): string {
  const { autoFetchBytes, autoFetchSlowBytes, quotaBytes, memberShareBytes, rateLimits } = settings
  const upTo = (bytes: number | null) => (bytes === null ? 'of any size' : `up to ${sizeText(bytes)}`)
  return fields([
    ['auto-fetch', `files ${upTo(autoFetchBytes)} come by themselves`],
    ['auto-fetch-slow', `files ${upTo(autoFetchSlowBytes)}, where only slow or costly channels lead`],
    [
      'quota',
      quotaBytes === null
        ? 'as much as the disk has'
        : `${sizeText(quotaBytes)}, then what was used longest ago goes`,
    ],
    [
      'member-share',
      memberShareBytes === null
        ? 'as much of each member'
        : `${sizeText(memberShareBytes)} of each member by itself, until you look at it`,
    ],
    ...Object.entries(rateLimits).map(
      ([channel, rate]) => [`${RATE}${channel}`, `${sizeText(rate)}/s each way`] as const,
    ),
  ])
}
