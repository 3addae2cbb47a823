/** The least a durable message can cost: a TLS echo and one synced write on each side. */
import { once } from 'node:events'
import { fsyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { answerCalls } from '../../harness/child.ts'
import { rawTls } from '../../harness/rawTls.ts'
import { monotonicMs } from '../../harness/statistics.ts'
import { MESSAGE_BYTES } from './load.ts'

const MESSAGE = Buffer.alloc(MESSAGE_BYTES, 7)
const tls = await rawTls('hybrid')
let socket: TLSSocket
let sent: number

function writeDurably(file: number, bytes: Uint8Array): void {
  writeSync(file, bytes)
  fsyncSync(file)
}

/** 300 bytes fit in one TLS record, which arrives whole. */
function echo(connection: TLSSocket, folder: string): void {
  const received = openSync(join(folder, 'received'), 'a')
  connection.on('data', (data: Buffer) => {
    writeDurably(received, data)
    connection.write(data)
  })
}

answerCalls({
  listen: (folder: string) => tls.listen((connection) => echo(connection, folder)),
  dial: async ({ port, folder }: { port: number; folder: string }) => {
    sent = openSync(join(folder, 'sent'), 'a')
    socket = tls.dial(port)
    await once(socket, 'secureConnect')
  },
  send: async (count: number) => {
    const latenciesMs: number[] = []
    for (let i = 0; i < count; i++) {
      const started = monotonicMs()
      writeDurably(sent, MESSAGE)
      socket.write(MESSAGE)
      await once(socket, 'data')
      latenciesMs.push(monotonicMs() - started)
    }
    return latenciesMs
  },
})
