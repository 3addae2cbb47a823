/** What happens to a device on the way, one after another. */
import { NETWORK } from './natLab.ts'
import { pause, type RoamLab } from './roamLab.ts'

export interface Roam {
  readonly what: string
  readonly change: Parameters<RoamLab['roam']>[0]
}

const ASLEEP_MS = 60_000
const UNPLUGGED_MS = 20_000

export const ROAMS: readonly Roam[] = [
  {
    what: 'goes to another home network',
    change: ({ host }) => {
      host.move(NETWORK.independent)
    },
  },
  {
    what: 'gets another address there',
    change: ({ host }) => {
      host.readdress()
    },
  },
  {
    what: 'goes to a mobile network (symmetric)',
    change: ({ host }) => {
      host.move(NETWORK.symmetric)
    },
  },
  {
    what: 'goes to a network of IPv6 alone',
    change: ({ host }) => {
      host.move(NETWORK.ipv6)
    },
  },
  {
    what: 'goes to one that lets no UDP pass',
    change: ({ host }) => {
      host.move(NETWORK.noUdp)
    },
  },
  {
    what: 'comes to the home network of the other',
    change: ({ host }, other) => {
      host.moveBeside(other.host)
    },
  },
  {
    what: 'leaves it for one of its own',
    change: ({ host }) => {
      host.move(NETWORK.independent)
    },
  },
  {
    what: 'has its cable out for 20 s',
    change: async ({ host }) => {
      host.unplug()
      await pause(UNPLUGGED_MS)
      host.plugAgain()
    },
  },
  {
    what: 'has its router replaced, and is not told',
    change: ({ host }) => {
      host.newRouter()
    },
  },
  {
    what: 'gets a public address',
    change: ({ host }) => {
      host.move(NETWORK.open)
    },
  },
  {
    what: 'goes home from there',
    change: ({ host }) => {
      host.move(NETWORK.independent)
    },
  },
  {
    what: 'sleeps for 60 s',
    change: async ({ device }) => {
      device.sleep(true)
      await pause(ASLEEP_MS)
      device.sleep(false)
    },
  },
  {
    what: 'sleeps for 60 s and wakes in another network',
    change: async ({ device, host }) => {
      device.sleep(true)
      host.unplug()
      await pause(ASLEEP_MS)
      host.move(NETWORK.independent)
      device.sleep(false)
    },
  },
]
