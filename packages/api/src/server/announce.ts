/** What `triode start` prints once the device is ready: a line for programs, or a page that says where to go next. */
import type { DeviceStatus } from '@triode/device'
import { channelProblems } from '../local/channelProblems.ts'

export interface Ready {
  readonly url: string
  readonly token: string
  readonly status: DeviceStatus
}

/** One line of JSON. */
export function readyLine({ url, token, status }: Ready): string {
  const { state, home } = status
  const document = {
    event: 'ready',
    api: url,
    token,
    listening: addresses(status),
    problems: channelProblems(status.channels),
    state,
    home,
    pid: process.pid,
  }
  return `${JSON.stringify(document)}\n`
}

/** @param command how to call the CLI for this device */
export function readyText({ url, status }: Ready, home: string, command: string): string {
  const channels = status.channels.map(channelText)
  return [
    `Triode ${status.version} is running. Stop it with Ctrl-C.`,
    '',
    `  home      ${home}`,
    `  API       ${url} (token in api.json in the home folder)`,
    ...channels.map((text, index) => `  ${index === 0 ? 'channels' : '        '}  ${text}`),
    '',
    ...nextSteps(status, command),
    '',
  ].join('\n')
}

/** Why one is not on stands on stderr. */
function channelText({ name, state, addresses: at }: DeviceStatus['channels'][number]): string {
  return [name.padEnd(4), state.padEnd(8), at.join(', ')].join(' ').trimEnd()
}

function nextSteps({ state, circles }: DeviceStatus, command: string): string[] {
  if (state === 'new')
    return ['This home has no vault yet. In another terminal, make one:', `  ${command} init`]
  if (state === 'locked') return ['The device is locked. In another terminal:', `  ${command} unlock`]
  if (circles > 0) return ['In another terminal:', `  ${command} conversations`, `  ${command} help`]
  return [
    'The device is in no circle yet. In another terminal, make one or join one:',
    `  ${command} circle create NAME`,
    `  ${command} join LINK`,
  ]
}

function addresses({ channels }: DeviceStatus): string[] {
  return [...new Set(channels.flatMap((channel) => channel.addresses))]
}
