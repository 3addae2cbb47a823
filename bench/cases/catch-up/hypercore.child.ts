/**
 * hypercore over TCP with its own encrypted stream (Noise). Its defaults were its best here: more blocks in flight
 * ([64, 1024], [512, 2048]) changed nothing beyond the noise, and downloading in order was a third slower.
 */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import SecretStream from '@hyperswarm/secret-stream'
import Hypercore from 'hypercore'
import { answerCalls } from '../../harness/child.ts'
import { monotonicMs } from '../../harness/statistics.ts'
import { MESSAGE_BYTES, type Setup } from './load.ts'

interface Log extends Setup {
  /** Whether blocks are encrypted before they are stored and sent. */
  readonly sealed: boolean
}

const ENCRYPTION = { key: Buffer.alloc(32, 3) }
/** Blocks in one append: its fastest way to write. */
const BATCH = 1_000

function optionsFor({ sealed }: Log) {
  return sealed ? { encryption: ENCRYPTION } : {}
}

function replicate(core: Hypercore, socket: Socket, isInitiator: boolean): void {
  socket.setNoDelay()
  const stream = new SecretStream(isInitiator, socket)
  stream.on('error', () => socket.destroy())
  core.replicate(stream)
}

/** Opens the author's log in `folder`, filling it when it is new. */
async function openFilled(setup: Log): Promise<Hypercore> {
  const core = new Hypercore(setup.folder, optionsFor(setup))
  await core.ready()
  for (let from = core.length; from < setup.messages; from += BATCH) {
    const blocks = Array.from({ length: BATCH }, (_, i) =>
      Buffer.alloc(MESSAGE_BYTES, `${String(from + i)} `),
    )
    await core.append(blocks)
  }
  return core
}

answerCalls({
  listen: async (setup: Log) => {
    const core = await openFilled(setup)
    const server = createServer((socket) => {
      replicate(core, socket, false)
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    return { port: (server.address() as AddressInfo).port, key: Buffer.from(core.key).toString('hex') }
  },
  /** Milliseconds from dialling to every block here. */
  fetch: async ({ port, key, ...setup }: Log & { port: number; key: string }) => {
    const core = new Hypercore(setup.folder, Buffer.from(key, 'hex'), optionsFor(setup))
    await core.ready()
    const started = monotonicMs()
    const socket = connect(port, '127.0.0.1')
    replicate(core, socket, true)
    await core.download({ start: 0, end: setup.messages }).done()
    const elapsedMs = monotonicMs() - started
    if (core.contiguousLength !== setup.messages) throw new Error('blocks are missing')
    const last = await core.get(setup.messages - 1)
    if (last.length !== MESSAGE_BYTES) throw new Error('the last block is not what was written')
    socket.destroy()
    await core.close()
    return elapsedMs
  },
})
