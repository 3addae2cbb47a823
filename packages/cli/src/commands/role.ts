/** member promote, demote, suspend, restore, remove: who may what, and who is out. */
import type { Acted } from '@triode/api'
import { ask, canAsk, cleanLine } from '@triode/api/local'
import { argument, given, usage } from '../argument.ts'
import type { Command, Context } from '../command.ts'
import { NEED } from '../command.ts'
import { shortId } from '../print/shortId.ts'

const IN = ['--in <circle>', 'the circle to look for the member in'] as const

export const memberPromote: Command = {
  usage: 'member promote <member>',
  does: 'give a higher role: guest, member, admin; or the one named',
  options: [IN, ['--role <role>', 'owner, admin, member or guest']],
  need: NEED.unlocked,
  async run(context) {
    const { client } = context
    showActed(context, await client.promote(withRole(context)), (acted) => `is ${acted.role ?? ''} now`)
  },
}

export const memberDemote: Command = {
  usage: 'member demote <member>',
  does: 'give a lower role: member, guest; or the one named',
  options: [IN, ['--role <role>', 'admin, member, guest or keeper']],
  need: NEED.unlocked,
  async run(context) {
    const { client } = context
    showActed(context, await client.demote(withRole(context)), (acted) => `is ${acted.role ?? ''} now`)
  },
}

export const memberSuspend: Command = {
  usage: 'member suspend <member>',
  does: 'put a member out until it is restored',
  options: [IN],
  need: NEED.unlocked,
  async run(context) {
    showActed(context, await context.client.suspend(ofMember(context)), () => 'is suspended')
  },
}

export const memberRestore: Command = {
  usage: 'member restore <member>',
  does: 'let a suspended member in again',
  options: [IN],
  need: NEED.unlocked,
  async run(context) {
    showActed(context, await context.client.restoreMember(ofMember(context)), () => 'is in again')
  },
}

export const memberRemove: Command = {
  usage: 'member remove <member>',
  does: 'put a member out for good, with all its devices',
  options: [IN],
  need: NEED.unlocked,
  async run(context) {
    showActed(context, await context.client.remove(ofMember(context)), () => 'is removed')
  },
}

function ofMember(context: Context): { member: string; circle?: string } {
  return given({ member: argument(context, 0), circle: context.options.value('in') })
}

function withRole(context: Context): { member: string; circle?: string; role?: string } {
  return { ...ofMember(context), ...given({ role: context.options.value('role') }) }
}

/** What was done, or how many more have to agree. */
export function showActed(
  { show, note, running, triode }: Pick<Context, 'show' | 'note' | 'running' | 'triode'>,
  acted: Acted,
  done: (acted: Acted) => string,
): void {
  const { name, member } = acted
  const who = name ?? (member === undefined ? undefined : shortId(member))
  show(
    acted,
    () => `${cleanLine(waitingText(acted, triode) ?? [who, done(acted)].filter(Boolean).join(' '))}.\n`,
  )
  if (!running) note(NOT_RUNNING)
}

function waitingText({ pending }: Acted, triode: string): string | undefined {
  if (pending === undefined) return undefined
  const { id, agree, needed } = pending
  return `Waits until ${needed} agree, ${agree} do. Others agree with: ${triode} circle approve CIRCLE ${id}`
}

/** To what can't be undone. @throws ApiFault where nobody can be asked, or says no */
export async function sure({ terminal, options }: Context, question: string): Promise<void> {
  if (options.flag('yes')) return
  if (!canAsk(terminal) || options.flag('json'))
    throw usage('Nobody was asked whether you are sure', 'Add --yes if you are')
  const answer = (await ask(terminal, `${cleanLine(question)} [y/N] `, 'echo')).trim().toLowerCase()
  if (answer !== 'y' && answer !== 'yes') throw usage('Nothing was done', 'Answer y to go on')
}

export const NOT_RUNNING = 'No device is running here: the others hear of it once you `triode start`.'
