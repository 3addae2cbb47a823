/** invite, by link or by spoken code, invite list, invite revoke, join. */
import { renderUnicodeCompact } from 'uqr'
import { argument, argumentOrStdin, given } from '../argument.ts'
import type { Command, Context } from '../command.ts'
import { NEED } from '../command.ts'
import { cleanLine } from '@triode/api/local'
import { fields, table } from '../print/table.ts'
import { durationMs, relativeTime } from '../print/time.ts'

export const invite: Command = {
  usage: 'invite <circle>',
  does: 'make a link with which one person can join',
  options: [
    ['--expires <time>', 'good for so long: 30m, 24h (default), 7d'],
    ['--role <role>', 'role of whoever joins (default: member)'],
    ['--spoken', 'a short code to read out instead: good for 10m (default) and three tries'],
  ],
  need: NEED.unlocked,
  async run(context) {
    const { client, options, show, note, now, running } = context
    const expires = options.value('expires')
    const expiresMs = expires === undefined ? undefined : durationMs(expires)
    const terms = given({ circle: argument(context, 0), expiresMs, role: options.value('role') })
    if (options.flag('spoken')) {
      await inviteSpoken(context, terms)
      return
    }
    const made = await client.invite(terms)
    show(
      made,
      () =>
        `${qrCode(made.link)}\n${made.link}\n\nGood for one person, ends ${relativeTime(made.expires, now())}.\n`,
    )
    if (!running) note(NOT_RUNNING)
    else if (made.nearOnly === true) note(NEAR_ONLY)
    else if (!options.flag('json')) await noteLeftOut(context, terms.circle)
  },
}

/** The newest are found: so this one may have taken the place of another. */
async function noteLeftOut({ client, note }: Context, circle: string): Promise<void> {
  const { invitations } = await client.invitations({ circle })
  const count = invitations.filter(({ leftOutOf }) => leftOutOf !== undefined).length
  if (count > 0)
    note(
      `Too many invitations are open: by ${count} older ones you are not found from far away. \`triode invite list CIRCLE\` shows them, \`triode invite revoke\` takes back what nobody needs.`,
    )
}

const NEAR_ONLY =
  'It leads here from this network alone. For somebody elsewhere: `triode channel on dht` or `triode channel on tor` first, there too, and then a new invitation.'
const NOT_RUNNING = 'No device is running here: nobody can join until you `triode start`.'

async function inviteSpoken(
  { client, show, note, now, running }: Context,
  terms: Parameters<Context['client']['inviteSpoken']>[0],
): Promise<void> {
  const made = await client.inviteSpoken(terms)
  show(
    made,
    () =>
      `Read out:  ${made.code}\n\nGood for one person and ${made.tries} tries, ends ${relativeTime(made.expires, now())}.\n`,
  )
  if (!running) note(NOT_RUNNING)
}

export const inviteList: Command = {
  usage: 'invite list <circle>',
  does: 'invitations of a circle',
  need: NEED.unlocked,
  async run(context) {
    const answer = await context.client.invitations({ circle: argument(context, 0) })
    context.show(answer, () =>
      table(
        ['STATE', 'ROLE', 'ENDS', 'TRIES LEFT', 'ID'],
        answer.invitations.map(({ state, role, expires, triesLeft, invitation, leftOutOf }) => [
          leftOutOf === undefined ? state : `${state}, not found by ${leftOutOf.join(', ')}`,
          role,
          relativeTime(expires, context.now()),
          triesLeft === undefined ? '' : triesLeft.toString(),
          invitation,
        ]),
        'No invitations.',
      ),
    )
  },
}

export const inviteRevoke: Command = {
  usage: 'invite revoke <invitation>',
  does: 'make an invitation worthless',
  need: NEED.unlocked,
  async run(context) {
    const invitation = argument(context, 0)
    await context.client.revokeInvitation({ invitation })
    context.show({ invitation, state: 'revoked' }, () => 'Revoked.\n')
  },
}

export const join: Command = {
  usage: 'join <code>',
  does: 'join a circle by a link or a spoken code; - reads it from stdin',
  options: [
    ['--at <host:port>', 'where the inviter is, if it is not in this network'],
    ['--name <name>', 'nickname to show to this circle'],
    ['--timeout <time>', 'how long to try to reach the inviter: 30s (default), 5m'],
  ],
  need: NEED.connected,
  async run(context) {
    const { client, options, show } = context
    const timeout = options.value('timeout')
    const timeoutMs = timeout === undefined ? undefined : durationMs(timeout)
    const link = await argumentOrStdin(context, 0)
    const joined = await client.join(
      given({ link, at: options.value('at'), name: options.value('name'), timeoutMs }),
    )
    show(
      joined,
      () =>
        fields([
          ['circle', joined.name],
          ['met', joined.met.name ?? joined.met.member],
          ['over', `${joined.channel}, ${joined.group}, ${joined.cipher}`],
          ['safety words', joined.safetyWords.join(' ')],
        ]) +
        (joined.as === 'device'
          ? '\nThis is a further device of yours there: both read and write as one member.\n'
          : `\nCompare the words with ${cleanLine(joined.met.name ?? 'them')}, in person or on the phone.\n`),
    )
  },
}

/** In capitals a link fits QR's alphanumeric mode, so that the code is smaller (spec §6.2). */
export function qrCode(link: string): string {
  return renderUnicodeCompact(link.toUpperCase(), { border: 2 })
}
