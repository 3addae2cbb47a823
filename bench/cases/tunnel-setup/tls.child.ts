/** Raw mutual TLS 1.3, one new connection a time, without session tickets to resume from. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:tls'
import { CIPHER, GROUP, makeIdentity, type SuiteName } from '../../harness/certificate.ts'
import { answerCalls } from '../../harness/child.ts'
import { monotonicMs } from '../../harness/statistics.ts'

function optionsFor(suite: SuiteName) {
  return {
    ...makeIdentity(suite),
    ecdhCurve: GROUP[suite],
    ciphers: CIPHER,
    minVersion: 'TLSv1.3',
    rejectUnauthorized: false,
  } as const
}

/** Milliseconds from dialling to the first answer, which tells that the far side has accepted the certificate too. */
async function setUp(options: ReturnType<typeof optionsFor>, port: number): Promise<number> {
  const started = monotonicMs()
  const socket = connect({ ...options, port, host: '127.0.0.1' })
  socket.setNoDelay()
  socket.write('?')
  await once(socket, 'data')
  const elapsedMs = monotonicMs() - started
  socket.destroy()
  return elapsedMs
}

answerCalls({
  listen: async (suite: SuiteName) => {
    const server = createServer({ ...optionsFor(suite), requestCert: true }, (socket) => {
      socket.setNoDelay()
      socket.on('error', () => socket.destroy())
      socket.on('data', () => socket.write('!'))
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    return (server.address() as AddressInfo).port
  },
  dial: async ({ suite, where, count }: { suite: SuiteName; where: number; count: number }) => {
    const options = optionsFor(suite)
    const elapsedMs: number[] = []
    for (let i = 0; i < count; i++) elapsedMs.push(await setUp(options, where))
    return elapsedMs
  },
})
