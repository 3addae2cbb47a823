/** node:tls with the tunnel's group and cipher: files read, sent and written, and nothing else. */
import { once } from 'node:events'
import type { TLSSocket } from 'node:tls'
import { answerCalls } from '../../harness/child.ts'
import { rawTls } from '../../harness/rawTls.ts'
import { monotonicMs } from '../../harness/statistics.ts'
import { packed, Unpacker } from './packed.ts'

const tls = await rawTls('hybrid')
let target = ''

function receive(socket: TLSSocket): void {
  const unpacker = new Unpacker(target)
  socket.on('data', (data: Buffer) => {
    const wait = unpacker.add(data)
    if (wait === 'done') void unpacker.closed().then(() => socket.end(new Uint8Array(1)))
    else if (wait !== undefined) {
      socket.pause()
      void wait.then(() => socket.resume())
    }
  })
}

answerCalls({
  listen: (folder: string) => {
    target = folder
    return tls.listen(receive)
  },
  send: async ({ port, source }: { port: number; source: string }) => {
    const started = monotonicMs()
    const socket = tls.dial(port)
    for await (const piece of packed(source)) if (!socket.write(piece)) await once(socket, 'drain')
    await once(socket, 'data')
    const elapsedMs = monotonicMs() - started
    socket.destroy()
    return elapsedMs
  },
})
