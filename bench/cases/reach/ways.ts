/** The channels over which two devices reach each other, and what each takes to be set up on loopback. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withOne } from '../../harness/child.ts'
import { torNetwork } from '../../../tests/lab/torNetwork.ts'

/** What both devices of a way are started with. */
export interface Setting {
  /** Arguments of the daemon: of the one that is called first, and of the one that comes later. */
  readonly alice: readonly string[]
  readonly bob: readonly string[]
  /** The channel that is turned off and on. */
  readonly channel: string
  /** What the tunnel goes over. */
  readonly over: string
  /** Where the DHT is entered. */
  readonly nodes?: readonly string[]
  /** A third device that both reach, and neither of them the other. */
  readonly middle?: readonly string[]
  /** Settings of a tor that is to be in the bench's own network. */
  readonly torrc?: string
}

export interface Way {
  readonly name: string
  /** Runs `work` with the setting, and takes down what that needed. */
  within<T>(scratch: string, work: (setting: Setting) => Promise<T>): Promise<T>
}

const LOOPBACK = '127.0.0.1'
/** As many as a device that serves runs. */
const NODES = 4

const tcp = (listen?: string): string[] => [
  '--channels',
  'tcp',
  ...(listen === undefined ? [] : ['--listen', listen]),
]

/** `bob` only calls, so that it is seen who called whom; over TCP that is how most pairs are. */
function overTcp(name: string, host: string): Way {
  const setting = { alice: tcp(`${host}:0`), bob: tcp(), channel: 'tcp', over: 'tcp' }
  return { name, within: (_scratch, work) => work(setting) }
}

const lan = ['--channels', 'lan', '--lan-interface', LOOPBACK]
const dht = ['--channels', 'dht']

export const WAYS: readonly Way[] = [
  overTcp('tcp, IPv4', LOOPBACK),
  overTcp('tcp, IPv6', '[::1]'),
  {
    name: 'lan',
    within: (_scratch, work) => work({ alice: lan, bob: lan, channel: 'lan', over: 'lan' }),
  },
  {
    name: 'dht',
    within: (_scratch, work) =>
      withOne('../../harness/dhtNet.child.ts', import.meta.url, async (net) => {
        const nodes = await net.call<string[]>('start', NODES)
        return await work({ alice: dht, bob: dht, channel: 'dht', over: 'dht', nodes })
      }),
  },
  {
    name: 'forward',
    within: (_scratch, work) =>
      work({
        alice: tcp(),
        bob: tcp(),
        channel: 'tcp',
        over: 'forward',
        middle: tcp(`${LOOPBACK}:0`),
      }),
  },
]

/** Of a private Tor network: it takes half a minute to come up. */
export const TOR: Way = {
  name: 'tor',
  within: async (scratch, work) => {
    const network = await torNetwork()
    try {
      const torrc = join(scratch, 'torrc')
      writeFileSync(torrc, network.settings)
      const args = ['--channels', 'tor', '--torrc', torrc]
      return await work({ alice: args, bob: args, channel: 'tor', over: 'tor', torrc })
    } finally {
      await network.end()
    }
  },
}
