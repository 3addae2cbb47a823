/** Raw mutual TLS 1.3, one new connection a time. */
import { once } from 'node:events'
import type { SuiteName } from '@triode/core'
import { answerCalls } from '../../harness/child.ts'
import { rawTls, type RawTls } from '../../harness/rawTls.ts'
import { monotonicMs } from '../../harness/statistics.ts'

/** Milliseconds from dialling to the first answer, which tells that the far side has accepted the certificate too. */
async function setUp(tls: RawTls, port: number): Promise<number> {
  const started = monotonicMs()
  const socket = tls.dial(port)
  socket.write('?')
  await once(socket, 'data')
  const elapsedMs = monotonicMs() - started
  socket.destroy()
  return elapsedMs
}

answerCalls({
  listen: async (suite: SuiteName) => {
    const tls = await rawTls(suite)
    return await tls.listen((socket) => {
      socket.on('error', () => socket.destroy())
      socket.on('data', () => socket.write('!'))
    })
  },
  dial: async ({ suite, where, count }: { suite: SuiteName; where: number; count: number }) => {
    const tls = await rawTls(suite)
    const elapsedMs: number[] = []
    for (let i = 0; i < count; i++) elapsedMs.push(await setUp(tls, where))
    return elapsedMs
  },
})
