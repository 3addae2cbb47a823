/** audit: what happened on this device, whether its log holds, and a copy of it to show. */
import type { AuditRecord } from '@triode/api'
import { cleanLine } from '@triode/api/local'
import { given, typedPath, usage, wholeNumber } from '../argument.ts'
import type { Command, Context, Options } from '../command.ts'
import { NEED } from '../command.ts'
import { table } from '../print/table.ts'

/** As ids are written; no word is as long. */
const ID = /^[a-z2-7]{26,}$/
/** A screenful. */
const DEFAULT_LIMIT = 20

export const audit: Command = {
  usage: 'audit',
  does: 'what happened on this device, from new to old; whether its log holds; a copy of it',
  options: [
    ['--limit <n>', `how many records, 1 to 500 (default ${DEFAULT_LIMIT})`],
    ['--circle <circle>', 'only what concerns this circle'],
    ['--verify [file]', "follow the chain of the log, or of an export of anyone's"],
    ['--head <seq:hash>', 'with --verify: the log has to hold this head, noted earlier'],
    ['--export <file>', 'write the log to a file that anyone can verify'],
  ],
  // Whoever checks an export needs no vault.
  need: (options) => (options.value('verify') === undefined ? NEED.unlocked : NEED.any),
  async run(context) {
    const { options } = context
    const exporting = options.value('export') !== undefined
    if (isVerifying(options) && exporting) throw usage('Verify and export one after the other')
    if (options.value('head') !== undefined && !isVerifying(options)) throw usage('--head goes with --verify')
    if (isVerifying(options)) await verify(context)
    else if (exporting) await exportTo(context)
    else await list(context)
  },
}

function isVerifying(options: Options): boolean {
  return options.flag('verify') || options.value('verify') !== undefined
}

async function list({ client, options, show }: Context): Promise<void> {
  const limit = options.value('limit')
  const circle = options.value('circle')
  const page = await client.audit(
    given({ circle, limit: limit === undefined ? DEFAULT_LIMIT : wholeNumber(limit) }),
  )
  show(page, () => {
    const rows = page.records.map((one) => [
      String(one.seq),
      timeText(one.at),
      one.event,
      one.outcome,
      detail(one),
    ])
    return `${table(['SEQ', 'WHEN (UTC)', 'EVENT', 'OUTCOME', 'ABOUT'], rows, 'Nothing yet.')}${headText(page)}`
  })
}

async function verify({ client, options, show }: Context): Promise<void> {
  const file = options.value('verify')
  const found = await client.verifyAudit(
    given({ file: file === undefined ? undefined : typedPath(file), head: options.value('head') }),
  )
  show(found, () => {
    const left = found.redacted === 0 ? '' : ` ${found.redacted} records of other circles are left out.`
    return `The log holds, from record ${found.from} to its head.${left}\n${headText(found)}`
  })
}

async function exportTo({ client, options, show }: Context): Promise<void> {
  const file = typedPath(options.value('export') ?? '')
  const written = await client.exportAudit(given({ file, circle: options.value('circle') }))
  show(written, () => `Exported to ${cleanLine(written.file)}.\n${headText(written)}`)
}

function headText({ head, words, key }: { head: string; words: readonly string[]; key: string }): string {
  return `head  ${cleanLine(head)}\n      ${cleanLine(words.join(' '))}\nkey   ${cleanLine(key)}\n`
}

function detail({ fields }: AuditRecord): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name} ${valueText(name, value)}`)
    .join(', ')
}

/** Ids by their first letters: the whole ones stand under --json. Words are whole. */
function valueText(name: string, value: string | number): string {
  if (typeof value === 'string') return ID.test(value) ? value.slice(0, 12) : value
  return name.endsWith('At') || name === 'expires' ? timeText(value) : String(value)
}

function timeText(at: number): string {
  return Number.isFinite(new Date(at).getTime()) ? new Date(at).toISOString().slice(0, 19) : String(at)
}
