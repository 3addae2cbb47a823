/** hyperblobs on an encrypted hypercore: files are appended as blobs, replicated, and written out on the far side. */
import { once } from 'node:events'
import { createReadStream, createWriteStream, mkdirSync, readFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import SecretStream from '@hyperswarm/secret-stream'
import Hyperblobs from 'hyperblobs'
import Hypercore from 'hypercore'
import { answerCalls } from '../../harness/child.ts'
import { monotonicMs } from '../../harness/statistics.ts'
import { filesBelow } from './load.ts'

const ENCRYPTION = { encryption: { key: Buffer.alloc(32, 3) } }
/** Its default, 64 KiB, was slower. */
const BLOCK_BYTES = 262_144
const READ_BYTES = 1_048_576

interface Sent {
  readonly key: string
  readonly port: number
  readonly blobs: readonly (readonly [name: string, id: Hyperblobs.BlobId])[]
}

function replicate(core: Hypercore, socket: Socket, isInitiator: boolean): void {
  socket.setNoDelay()
  const stream = new SecretStream(isInitiator, socket)
  stream.on('error', () => socket.destroy())
  core.replicate(stream)
}

/** One large file is streamed, small ones go in one batch: its fastest way for each. */
async function append(blobs: Hyperblobs, source: string): Promise<[string, Hyperblobs.BlobId][]> {
  const names = filesBelow(source)
  if (names.length === 1) {
    const writer = blobs.createWriteStream()
    await pipeline(createReadStream(join(source, names[0] ?? ''), { highWaterMark: READ_BYTES }), writer)
    return [[names[0] ?? '', writer.id]]
  }
  const batch = blobs.batch()
  const ids: [string, Hyperblobs.BlobId][] = []
  for (const name of names) ids.push([name, await batch.put(readFileSync(join(source, name)))])
  await batch.flush()
  return ids
}

answerCalls({
  /** Milliseconds that appending took, and what the far side has to know. */
  share: async ({ folder, source }: { folder: string; source: string }) => {
    const started = monotonicMs()
    const core = new Hypercore(folder, ENCRYPTION)
    await core.ready()
    const blobs = new Hyperblobs(core, { blockSize: BLOCK_BYTES })
    const ids = await append(blobs, source)
    const server = createServer((socket) => {
      replicate(core, socket, false)
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const port = (server.address() as AddressInfo).port
    return { port, key: Buffer.from(core.key).toString('hex'), blobs: ids, tookMs: monotonicMs() - started }
  },
  fetch: async ({ folder, target, key, port, blobs: ids }: Sent & { folder: string; target: string }) => {
    const started = monotonicMs()
    const core = new Hypercore(folder, Buffer.from(key, 'hex'), ENCRYPTION)
    await core.ready()
    const socket = connect(port, '127.0.0.1')
    replicate(core, socket, true)
    const blobs = new Hyperblobs(core, { blockSize: BLOCK_BYTES })
    const last = ids.at(-1)?.[1]
    if (last === undefined) throw new Error('nothing was shared')
    const whole = core.download({ start: 0, end: last.blockOffset + last.blockLength })
    for (const [name, id] of ids) {
      const path = join(target, name)
      mkdirSync(dirname(path), { recursive: true })
      await pipeline(blobs.createReadStream(id), createWriteStream(path, { highWaterMark: READ_BYTES }))
    }
    await whole.done()
    const tookMs = monotonicMs() - started
    socket.destroy()
    await core.close()
    return tookMs
  },
})
