/** Two syncthings that know of each other and of nobody else, over TCP on loopback. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { monotonicMs } from '../../harness/statistics.ts'
import { beside, freePort, listening, missingProgram, run } from './program.ts'
import type { Copy } from './copy.ts'

export const SYNCTHING_SETUP =
  'syncthing 1.19 of Debian: no relay, no discovery, no NAT traversal; from the rescan that finds the file to all of it in sync. Nothing is sealed at rest.'

const KEY = 'bench'
const FOLDER = 'bench'
const LOOK_AGAIN_MS = 50
const COPY_TIMEOUT_MS = 500_000

interface Node {
  readonly home: string
  readonly folder: string
  readonly device: string
  readonly api: number
  readonly port: number
}

export function missingSyncthing(): Promise<string | undefined> {
  return Promise.resolve(missingProgram('syncthing', 'syncthing'))
}

/** `source` is moved into the shared folder when the clock starts, and back at the end. */
export async function copyBySyncthing({ source, target, work, name }: Copy): Promise<number> {
  const [here, there] = [
    await prepare(join(work, 'here'), join(work, 'shared')),
    await prepare(join(work, 'there'), target),
  ]
  for (const [own, other] of [
    [here, there],
    [there, here],
  ] as const)
    configure(own, other)
  return withNode(here, () =>
    withNode(there, async () => {
      await until(
        async () =>
          ((await ask(here, 'system/connections')) as Connections).connections[there.device]?.connected ===
          true,
      )
      const shared = join(here.folder, name)
      const started = monotonicMs()
      renameSync(source, shared)
      try {
        await ask(here, `db/scan?folder=${FOLDER}`, 'POST')
        const total = ((await ask(here, `db/status?folder=${FOLDER}`)) as Status).globalBytes
        await until(async () => {
          const { globalBytes, needBytes, state } = (await ask(there, `db/status?folder=${FOLDER}`)) as Status
          return globalBytes === total && needBytes === 0 && state === 'idle'
        })
        return monotonicMs() - started
      } finally {
        renameSync(shared, source)
      }
    }),
  )
}

interface Connections {
  readonly connections: Readonly<Record<string, { readonly connected: boolean } | undefined>>
}

interface Status {
  readonly globalBytes: number
  readonly needBytes: number
  readonly state: string
}

async function prepare(home: string, folder: string): Promise<Node> {
  await run('syncthing', ['generate', `--home=${home}`, '--no-default-folder', '--skip-port-probing'])
  const device = /<device id="([A-Z0-9-]+)"/.exec(readFileSync(join(home, 'config.xml'), 'utf8'))?.[1]
  if (device === undefined) throw new Error('syncthing has no device id')
  return { home, folder, device, api: await freePort(), port: await freePort() }
}

function configure(own: Node, other: Node): void {
  const devices = [own, other]
  const xml = `<configuration version="36">
    <folder id="${FOLDER}" path="${own.folder}" type="sendreceive" rescanIntervalS="0" fsWatcherEnabled="false" autoNormalize="true">
      <filesystemType>basic</filesystemType>${devices.map(({ device }) => `<device id="${device}"/>`).join('')}
      <minDiskFree unit="%">0</minDiskFree><markerName>.</markerName>
    </folder>
    ${devices.map((one) => `<device id="${one.device}" compression="never"><address>tcp://127.0.0.1:${String(one.port)}</address></device>`).join('')}
    <gui enabled="true" tls="false"><address>127.0.0.1:${String(own.api)}</address><apikey>${KEY}</apikey></gui>
    <options><listenAddress>tcp://127.0.0.1:${String(own.port)}</listenAddress>
      <globalAnnounceEnabled>false</globalAnnounceEnabled><localAnnounceEnabled>false</localAnnounceEnabled>
      <relaysEnabled>false</relaysEnabled><natEnabled>false</natEnabled><startBrowser>false</startBrowser>
      <urAccepted>-1</urAccepted><crashReportingEnabled>false</crashReportingEnabled><autoUpgradeIntervalH>0</autoUpgradeIntervalH>
      <reconnectionIntervalS>1</reconnectionIntervalS></options></configuration>`
  writeFileSync(join(own.home, 'config.xml'), xml)
}

function withNode<T>(node: Node, work: () => Promise<T>): Promise<T> {
  const args = [
    'serve',
    `--home=${node.home}`,
    '--no-browser',
    '--no-restart',
    '--no-upgrade',
    '--logfile=default',
  ]
  return beside(
    'syncthing',
    args,
    async () => {
      await listening(node.api)
      return work()
    },
    { STNOUPGRADE: '1' },
  )
}

async function ask({ api }: Node, path: string, method = 'GET'): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${String(api)}/rest/${path}`, {
    method,
    headers: { 'X-API-Key': KEY },
  })
  if (!response.ok) throw new Error(`syncthing answered ${String(response.status)}`)
  const text = await response.text()
  return text === '' ? {} : (JSON.parse(text) as unknown)
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + COPY_TIMEOUT_MS
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('syncthing took too long')
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  }
}
