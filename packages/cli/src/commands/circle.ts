/** circle create, list, show, rename, nickname, leave. */
import type { CircleDetail } from '@triode/api'
import { argument, given, usage } from '../argument.ts'
import type { Command } from '../command.ts'
import { NEED } from '../command.ts'
import { cleanLine } from '@triode/api/local'
import { shortId } from '../print/shortId.ts'
import { fields, table } from '../print/table.ts'
import { relativeTime } from '../print/time.ts'

type Standing = NonNullable<CircleDetail['standing']>

const SUITES = ['hybrid', 'cnsa', 'p384'] as const

export const circleCreate: Command = {
  usage: 'circle create <name>',
  does: 'make a circle',
  options: [
    ['--suite <suite>', 'hybrid (default), cnsa or p384; for ever'],
    ['--name <name>', 'nickname to show to this circle'],
  ],
  need: NEED.unlocked,
  async run(context) {
    const suite = suiteOf(context.options.value('suite'))
    const circle = await context.client.createCircle(
      given({ name: argument(context, 0), suite, nickname: context.options.value('name') }),
    )
    context.show(
      circle,
      () => `Circle ${cleanLine(circle.name)} is made, with suite ${circle.suite}.\n${circle.circle}\n`,
    )
    const { circles } = await context.client.circles()
    if (circles.filter(({ name }) => name === circle.name).length > 1)
      context.note(`You have several circles called ${cleanLine(circle.name)}: tell them apart by their ids.`)
  },
}

export const circleList: Command = {
  usage: 'circle list',
  does: 'circles of this device',
  need: NEED.unlocked,
  async run({ client, show, here }) {
    const answer = await client.circles()
    show(answer, () =>
      table(
        ['CIRCLE', 'SUITE', 'MEMBERS', 'UNREAD', 'ID'],
        answer.circles.map((circle) => [
          circle.name,
          circle.suite,
          String(circle.members),
          String(circle.unread),
          circle.circle,
        ]),
        `No circles yet: make one with \`${here} circle create NAME\`, or join one with \`${here} join LINK\`.`,
      ),
    )
  },
}

export const circleShow: Command = {
  usage: 'circle show <circle>',
  does: 'one circle in detail',
  need: NEED.unlocked,
  async run(context) {
    const circle = await context.client.circle({ circle: argument(context, 0) })
    const { epoch, standing } = circle
    const now = context.now()
    context.show(circle, () =>
      fields([
        ['circle', circle.name],
        ['id', circle.circle],
        ['suite', circle.suite],
        ['made', relativeTime(circle.createdAt, now)],
        ['members', circle.members],
        ['devices', circle.devices],
        ['me', `${circle.me} (${circle.role})`],
        ['my device', circle.device],
        ['standing', standing && standingText(standing, now)],
        ['waits for approval', circle.pending === 0 ? undefined : circle.pending],
        ['tunnels', circle.tunnels],
        ['log entries', circle.logEntries],
        [
          'key epoch',
          epoch &&
            `${epoch.number}, ${counted(epoch.entries, 'entry', 'entries')} since ${relativeTime(epoch.startedAt, now)}`,
        ],
        ['unread', circle.unread],
      ]),
    )
  },
}

export const circleRename: Command = {
  usage: 'circle rename <circle> <name>',
  does: 'give a circle another name, for everybody',
  need: NEED.unlocked,
  async run(context) {
    const named = { circle: argument(context, 0), name: argument(context, 1) }
    const circle = await context.client.renameCircle(named)
    context.show(circle, () => `It is called ${cleanLine(circle.name)} now.\n`)
  },
}

export const circleNickname: Command = {
  usage: 'circle nickname <circle> [name]',
  does: 'how that circle is to call you; without a name, by nothing but your id',
  need: NEED.unlocked,
  async run(context) {
    const [, nickname = null] = context.args
    const me = await context.client.setNickname({ circle: argument(context, 0), nickname })
    context.show(me, () =>
      me.name === undefined ? 'You have no name there now.\n' : `You are ${cleanLine(me.name)} there now.\n`,
    )
  },
}

export const circleLeave: Command = {
  usage: 'circle leave <circle>',
  does: 'leave a circle, and erase it here',
  options: [['--force', 'even as its only owner: then nobody can govern it any more']],
  need: NEED.connected,
  async run(context) {
    const { circle, name } = await context.client.circle({ circle: argument(context, 0) })
    await context.client.leaveCircle({ circle, force: context.options.flag('force') })
    context.show({ circle, left: true }, () => `You have left ${cleanLine(name)}.\n`)
  },
}

function standingText({ state, by, byName, at, erased }: Standing, now: number): string {
  const done = `${state} by ${byName ?? shortId(by)} ${relativeTime(at, now)}`
  return erased ? `${done}; its messages were erased here` : done
}

function counted(count: number, one: string, several: string): string {
  return `${count} ${count === 1 ? one : several}`
}

function suiteOf(text: string | undefined): (typeof SUITES)[number] | undefined {
  const suite = SUITES.find((known) => known === text)
  if (text === undefined || suite) return suite
  throw usage(`'${text}' is not a suite`, `Choose one of ${SUITES.join(', ')}`)
}
