/** The far end of many devices: takes their tunnels, as a keeper does, with the stream of sync open on each. */
import { type Tunnel } from '@triode/tunnel'
import { answerCalls } from '../../harness/child.ts'
import { makeIdentity } from '../../harness/identity.ts'
import { listenForTunnels } from '../../harness/tunnel.ts'

const taken = new Set<Tunnel>()

async function listen(): Promise<number> {
  return listenForTunnels(await makeIdentity('hybrid'), (tunnel) => {
    taken.add(tunnel)
    void tunnel.closed.then(() => taken.delete(tunnel))
    tunnel.onStream((_, stream) => {
      stream.on('data', (bytes) => stream.write(bytes)).on('error', () => undefined)
    })
  })
}

/** What this process holds, and has used so far. */
function usage() {
  const { user, system } = process.cpuUsage()
  return {
    tunnels: taken.size,
    residentMiB: process.memoryUsage.rss() / 1_048_576,
    cpuMs: (user + system) / 1_000,
  }
}

answerCalls({ listen, usage })
