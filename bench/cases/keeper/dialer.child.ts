/** Many devices in one process: tunnels to a keeper, one after another, which then do nothing. */
import { once } from 'node:events'
import { answerCalls } from '../../harness/child.ts'
import { makeIdentity } from '../../harness/identity.ts'
import { dialTcpTunnel } from '../../harness/tunnel.ts'

/** As a hello of sync and its answer. */
const HELLO_BYTES = 600

/** Dials `count` tunnels, each of a device of its own, and has a hello answered on each. */
async function dial({ port, count }: { readonly port: number; readonly count: number }): Promise<void> {
  for (let made = 0; made < count; made++) {
    const tunnel = await dialTcpTunnel(await makeIdentity('hybrid'), port)
    const stream = tunnel.open('/sync').on('error', () => undefined)
    stream.write(Buffer.alloc(HELLO_BYTES))
    await once(stream, 'data')
    held.push(tunnel)
  }
}

/** They are let go when this process ends. */
const held: unknown[] = []

answerCalls({ dial })
