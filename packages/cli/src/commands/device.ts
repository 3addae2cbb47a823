/** status, lock, unlock: what state the device is in. */
import { asCalled, askPassphrase, channelProblems, givenPassphrase, problemLine } from '@triode/api/local'
import type { Status } from '@triode/api'
import type { Command } from '../command.ts'
import { NEED } from '../command.ts'
import { fields } from '../print/table.ts'
import { durationOrOff, spanText } from '../print/time.ts'

export const status: Command = {
  usage: 'status',
  does: 'what state the device is in',
  need: NEED.any,
  async run({ client, running, show, here }) {
    const state = await client.status()
    show({ ...state, running }, () => statusText(state, running, here))
  },
}

export const lock: Command = {
  usage: 'lock',
  does: 'forget every key and close every tunnel',
  options: [['--after <time>', 'instead, lock by itself after so long idle: 15m, 2h, or off']],
  need: ({ value }) => (value('after') === undefined ? NEED.any : NEED.unlocked),
  async run({ client, running, options, show }) {
    const after = options.value('after')
    const state =
      after === undefined ? await client.lock() : await client.setIdleLock({ afterMs: durationOrOff(after) })
    show({ ...state, running }, () =>
      after === undefined ? 'Locked.\n' : `Locks when idle: ${idleText(state)}.\n`,
    )
  },
}

export const unlock: Command = {
  usage: 'unlock',
  does: 'unlock the running device',
  need: NEED.running,
  async run({ client, passphrase, terminal, show, note }) {
    const given = (await givenPassphrase(passphrase)) ?? (await askPassphrase(terminal, 'Passphrase: '))
    const state = await client.unlock({ passphrase: given })
    for (const problem of channelProblems(state.channels)) note(`Warning: ${problemLine(problem)}`)
    show({ ...state, running: true }, () => 'Unlocked.\n')
  },
}

function statusText(state: Status, running: boolean, triode: string): string {
  const { vault } = state
  const main = fields([
    ['device', `${state.state}, ${running ? 'running' : 'not running'}`],
    ['name', state.name],
    ['home', state.home],
    ['version', state.version],
    [
      'vault',
      vault &&
        [vault.kdf, vault.restored && 'restored', vault.readOnly && 'read-only'].filter(Boolean).join(', '),
    ],
    ['idle lock', state.state === 'unlocked' ? idleText(state) : undefined],
    ['circles', state.state === 'unlocked' ? state.circles : undefined],
    ['tunnels', running ? state.tunnels : undefined],
    ...state.channels.map(
      ({ name, state: is, addresses, reason, remedy }) =>
        [`channel ${name}`, [is, whereOf(is, addresses), reason, remedy].filter(Boolean).join('; ')] as const,
    ),
    ...(state.warnings ?? []).map(
      ({ message, remedy }) =>
        ['warning', [message, remedy && asCalled(remedy, triode)].filter(Boolean).join(' ')] as const,
    ),
  ])
  return state.state === 'new'
    ? `${main}\nThis home has no vault yet: make one with \`${triode} init\`.\n`
    : main
}

/** A channel that listens nowhere can still dial. */
function whereOf(state: string, addresses: readonly string[]): string {
  return state === 'on' && addresses.length === 0 ? 'dials only' : addresses.join(', ')
}

function idleText({ vault }: Status): string {
  return typeof vault?.idleLockMs === 'number' ? `after ${spanText(vault.idleLockMs)}` : 'off'
}
