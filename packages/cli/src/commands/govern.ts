/** circle transfer, dissolve, policy, pending, approve, withdraw: how a circle is governed. */
import type { PendingAct, Policy } from '@triode/api'
import { argument, usage } from '../argument.ts'
import type { Command } from '../command.ts'
import { NEED } from '../command.ts'
import { shortId } from '../print/shortId.ts'
import { table } from '../print/table.ts'
import { relativeTime } from '../print/time.ts'
import { showActed, sure } from './role.ts'

export const circleTransfer: Command = {
  usage: 'circle transfer <circle> <member>',
  does: 'make a member the owner in your place; you are admin then',
  need: NEED.unlocked,
  async run(context) {
    const [circle, member] = [argument(context, 0), argument(context, 1)]
    showActed(context, await context.client.transfer({ circle, member }), () => 'is owner now')
  },
}

export const circleDissolve: Command = {
  usage: 'circle dissolve <circle>',
  does: 'end a circle for everybody',
  options: [['--yes', 'ask nothing']],
  need: NEED.unlocked,
  async run(context) {
    const { circle, name } = await context.client.circle({ circle: argument(context, 0) })
    await sure(context, `Dissolve ${name} for everybody? This can't be undone.`)
    showActed(context, await context.client.dissolve({ circle }), () => `The circle ${name} is dissolved`)
  },
}

export const circlePolicy: Command = {
  usage: 'circle policy <circle> [key] [value]',
  does: 'what a circle asks of its devices; with a key and a value, sets it',
  need: NEED.unlocked,
  async run(context) {
    const { client, args, show } = context
    const [circle = '', key, value] = args
    if (key !== undefined && value !== undefined) {
      const acted = await client.setPolicy({ circle, key, value })
      showActed(context, acted, () => `The policy ${key} is ${value} now`)
      return
    }
    const { policies } = await client.policies({ circle })
    const shown = policies.filter((policy) => key === undefined || policy.key === key)
    if (shown.length === 0) throw usage(`There is no policy '${key ?? ''}'`, 'Leave the key out to see all')
    show({ policies: shown }, () =>
      table(['POLICY', 'VALUE', 'OF', 'DEFAULT', 'SET BY', 'MEANS'], shown.map(policyRow), 'No policies.'),
    )
  },
}

export const circlePending: Command = {
  usage: 'circle pending <circle>',
  does: 'acts that wait until enough agree',
  need: NEED.unlocked,
  async run(context) {
    const answer = await context.client.pending({ circle: argument(context, 0) })
    context.show(answer, () =>
      table(
        ['ACT', 'ABOUT', 'BY', 'AGREE', 'SINCE', 'EXPIRES', 'ID'],
        answer.pending.map((act) => pendingRow(act, context.now())),
        'Nothing waits.',
      ),
    )
  },
}

export const circleApprove: Command = {
  usage: 'circle approve <circle> <id>',
  does: 'agree to an act of another',
  need: NEED.unlocked,
  async run(context) {
    const [circle, act] = [argument(context, 0), argument(context, 1)]
    showActed(context, await context.client.approve({ circle, act }), () => 'You agreed: it is done')
  },
}

export const circleWithdraw: Command = {
  usage: 'circle withdraw <circle> <id>',
  does: 'take back an act of yours that waits',
  need: NEED.unlocked,
  async run(context) {
    const [circle, act] = [argument(context, 0), argument(context, 1)]
    const withdrawn = await context.client.withdraw({ circle, act })
    context.show(withdrawn, () => 'Withdrawn: nobody can agree to it any more.\n')
  },
}

function policyRow({ key, value, values, default: usual, setBy, means }: Policy): string[] {
  return [key, value, values.join(' '), usual, setBy.join(' '), means]
}

function pendingRow(
  { act, name, member, value, byName, by, agree, needed, at, expires, id }: PendingAct,
  now: number,
) {
  const about = name ?? value ?? (member === undefined ? '' : shortId(member))
  const times = [relativeTime(at, now), relativeTime(expires, now)]
  return [act, about, byName ?? shortId(by), `${agree} of ${needed}`, ...times, id]
}
