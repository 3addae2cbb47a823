/** What `triode start` prints once the device is ready: a line for programs, or a page that says where to go next. */
import type { DeviceStatus } from '@triode/device'
import { channelProblems } from '../local/channelProblems.ts'
import { DEFAULT_PORT } from './spec.ts'

export interface Ready {
  readonly url: string
  readonly token: string
  readonly hasPage: boolean
  /** Opens the page, once. */
  readonly page: string
  readonly status: DeviceStatus
  /** Where a keeper says how it is. */
  readonly health?: string
}

/** One line of JSON. */
export function readyLine({ url, token, page, status, health }: Ready): string {
  const { state, home } = status
  const document = {
    event: 'ready',
    api: url,
    token,
    page,
    ...(health !== undefined && { health }),
    listening: addresses(status),
    problems: channelProblems(status.channels),
    state,
    home,
    pid: process.pid,
  }
  return `${JSON.stringify(document)}\n`
}

export interface Told {
  readonly home: string
  /** How to call the CLI for this device. */
  readonly command: string
  /** False where the page has another address than bookmarks say. */
  readonly isUsualPort: boolean
}

export function readyText(ready: Ready, told: Told): string {
  const { url, status } = ready
  const channels = status.channels.map(channelText)
  return [
    ...(ready.hasPage ? [...pageText(ready, told), ''] : []),
    `Triode ${status.version} is running. Stop it with Ctrl-C.`,
    '',
    `  home      ${told.home}`,
    `  API       ${url} (token in api.json in the home folder)`,
    ...(ready.health === undefined ? [] : [`  keeper    ${ready.health}/health and /metrics`]),
    ...(ready.hasPage || ready.health ? [] : ['  web page  not built: `npm run build`, then start again']),
    ...channels.map((text, index) => `  ${index === 0 ? 'channels' : '        '}  ${text}`),
    '',
    ...nextSteps(ready, told.command),
    '',
  ].join('\n')
}

function pageText({ page }: Ready, { command, isUsualPort }: Told): string[] {
  const usual = `Port ${DEFAULT_PORT} is taken, perhaps by the device of another home: the page has another address this time.`
  return [
    page,
    `  opens the web page, once, within 15 minutes; \`${command} open\` gives another.`,
    ...(isUsualPort ? [] : [usual]),
  ]
}

/** Why one is not on stands on stderr. */
function channelText({ name, state, addresses: at }: DeviceStatus['channels'][number]): string {
  return [name.padEnd(4), state.padEnd(8), at.join(', ')].join(' ').trimEnd()
}

/** In the page, where there is one; or by the CLI. */
function nextSteps({ status: { state, circles }, hasPage }: Ready, command: string): string[] {
  const where = hasPage ? 'in the page, or in another terminal:' : 'in another terminal:'
  if (state === 'new') return [`This home has no vault yet. Make one ${where}`, `  ${command} init`]
  if (state === 'locked') return [`The device is locked. Unlock it ${where}`, `  ${command} unlock`]
  if (circles > 0) return ['In another terminal:', `  ${command} conversations`, `  ${command} help`]
  return [
    `The device is in no circle yet. Make one or join one ${where}`,
    `  ${command} circle create NAME`,
    `  ${command} join LINK`,
  ]
}

function addresses({ channels }: DeviceStatus): string[] {
  return [...new Set(channels.flatMap((channel) => channel.addresses))]
}
