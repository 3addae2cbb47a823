/** Triode's tunnel, one new link and tunnel a time. */
import { once } from 'node:events'
import type { SuiteName } from '@triode/core'
import type { TunnelIdentity } from '@triode/tunnel'
import { answerCalls } from '../../harness/child.ts'
import { makeIdentity } from '../../harness/identity.ts'
import { monotonicMs } from '../../harness/statistics.ts'
import { dialTcpTunnel, listenForTunnels } from '../../harness/tunnel.ts'

/** Milliseconds from dialling to the first answer over the tunnel. */
async function setUp(identity: TunnelIdentity, port: number): Promise<number> {
  const started = monotonicMs()
  const tunnel = await dialTcpTunnel(identity, port)
  const stream = tunnel.open('/bench')
  stream.write('?')
  await once(stream, 'data')
  const elapsedMs = monotonicMs() - started
  tunnel.destroy()
  return elapsedMs
}

answerCalls({
  listen: async (suite: SuiteName) =>
    listenForTunnels(await makeIdentity(suite), (tunnel) => {
      tunnel.onStream((_path, stream) => {
        stream.on('data', () => stream.write('!'))
      })
    }),
  dial: async ({ suite, where, count }: { suite: SuiteName; where: number; count: number }) => {
    const identity = await makeIdentity(suite)
    const elapsedMs: number[] = []
    for (let i = 0; i < count; i++) elapsedMs.push(await setUp(identity, where))
    return elapsedMs
  },
})
