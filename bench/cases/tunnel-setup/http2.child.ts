/** Bare node:http2 on raw mutual TLS 1.3, one new connection a time. */
import { once } from 'node:events'
import type { SuiteName } from '@triode/core'
import { answerCalls } from '../../harness/child.ts'
import { dialHttp2, listenHttp2, openStream } from '../../harness/rawHttp2.ts'
import { rawTls, type RawTls } from '../../harness/rawTls.ts'
import { monotonicMs } from '../../harness/statistics.ts'

/** Milliseconds from dialling to the first answer, on a stream that is opened as soon as TLS is done. */
async function setUp(tls: RawTls, port: number): Promise<number> {
  const started = monotonicMs()
  const session = await dialHttp2(tls, port)
  const stream = openStream(session)
  stream.write('?')
  await once(stream, 'data')
  const elapsedMs = monotonicMs() - started
  session.destroy()
  return elapsedMs
}

answerCalls({
  listen: async (suite: SuiteName) =>
    listenHttp2(await rawTls(suite, ['h2']), (stream) => {
      stream.on('data', () => stream.write('!'))
    }),
  dial: async ({ suite, where, count }: { suite: SuiteName; where: number; count: number }) => {
    const tls = await rawTls(suite, ['h2'])
    const elapsedMs: number[] = []
    for (let i = 0; i < count; i++) elapsedMs.push(await setUp(tls, where))
    return elapsedMs
  },
})
