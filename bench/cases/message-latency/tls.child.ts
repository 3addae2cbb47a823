/** The least a durable message can cost: a TLS echo and one synced write on each side. */
import { once } from 'node:events'
import { fsyncSync, openSync, writeSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { CIPHER, GROUP, makeIdentity } from '../../harness/certificate.ts'
import { answerCalls } from '../../harness/child.ts'
import { monotonicMs } from '../../harness/statistics.ts'

const MESSAGE = Buffer.alloc(300, 7)
const OPTIONS = {
  ...makeIdentity('hybrid'),
  ecdhCurve: GROUP.hybrid,
  ciphers: CIPHER,
  minVersion: 'TLSv1.3',
  rejectUnauthorized: false,
} as const
let socket: TLSSocket
let file: number

function writeDurably(file: number, bytes: Uint8Array): void {
  writeSync(file, bytes)
  fsyncSync(file)
}

/** 300 bytes fit in one TLS record, which arrives whole. */
function echo(connection: TLSSocket, folder: string): void {
  const received = openSync(join(folder, 'received'), 'a')
  connection.setNoDelay()
  connection.on('data', (data: Buffer) => {
    writeDurably(received, data)
    connection.write(data)
  })
}

answerCalls({
  listen: async (folder: string) => {
    const server = createServer({ ...OPTIONS, requestCert: true }, (connection) => {
      echo(connection, folder)
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    return (server.address() as AddressInfo).port
  },
  dial: async ({ port, folder }: { port: number; folder: string }) => {
    file = openSync(join(folder, 'sent'), 'a')
    socket = connect({ ...OPTIONS, port, host: '127.0.0.1' })
    socket.setNoDelay()
    await once(socket, 'secureConnect')
  },
  send: async (count: number) => {
    const latenciesMs: number[] = []
    for (let i = 0; i < count; i++) {
      const started = monotonicMs()
      writeDurably(file, MESSAGE)
      socket.write(MESSAGE)
      await once(socket, 'data')
      latenciesMs.push(monotonicMs() - started)
    }
    return latenciesMs
  },
})
