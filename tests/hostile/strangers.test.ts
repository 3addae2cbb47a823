import assert from 'node:assert/strict'
import { randomBytes, randomInt } from 'node:crypto'
import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { after, before, describe, it } from 'node:test'
import { attacked, call, ended, fault, faults, stands, talks, type Attacked } from './victim.ts'

/** A ClientHello, as Node says it to a name. */
async function clientHello(servername: string): Promise<Buffer> {
  const { createServer } = await import('node:net')
  const { promise, resolve } = Promise.withResolvers<Buffer>()
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (chunk) => {
      resolve(Buffer.from(chunk))
      socket.destroy()
      server.close()
    })
  }).listen(0, '127.0.0.1', () => {
    const { port } = server.address() as { port: number }
    connectTls({ host: '127.0.0.1', port, servername, ALPNProtocols: ['h2'] }).on('error', () => undefined)
  })
  return promise
}

describe('somebody who knows a device’s address and nothing else', () => {
  let on: Attacked
  before(async () => {
    on = await attacked()
  })
  after(async () => {
    await on.two.end()
  })

  it('without the knock is shown no certificate, and is named by address', async () => {
    const since = on.events.length
    await stands(on, async () => {
      for (const servername of ['a'.repeat(32), 'localhost', undefined]) {
        const shown = await new Promise<boolean>((resolve) => {
          const options = { host: on.host, port: on.port, rejectUnauthorized: false, ALPNProtocols: ['h2'] }
          const tls = connectTls({ ...options, ...(servername !== undefined && { servername }) })
          tls.once('secureConnect', () => {
            resolve(true)
          })
          tls.once('error', () => {
            resolve(tls.getPeerX509Certificate() !== undefined)
          })
        })
        assert.equal(shown, false)
      }
    })
    const told = await fault(on, since, ['knock-unknown'])
    assert.match(told.remote ?? '', /^tcp:127\.0\.0\.1:/)
    assert.equal(told.circle, undefined)
  })

  it('with random bytes is closed', async () => {
    const since = on.events.length
    await stands(on, async () => {
      const calls = Array.from({ length: 50 }, async (_, index) => {
        const socket = await call(on)
        const over = ended(socket)
        socket.write(randomBytes(randomInt(1, 4_000)))
        if (index % 2 === 0) socket.end()
        return over
      })
      for (const { closed, bytes } of await Promise.all(calls)) {
        assert.ok(closed)
        assert.ok(bytes <= 64, 'an alert at most')
      }
    })
    assert.ok(faults(on, since).length > 0)
  })

  it('with a ClientHello cut anywhere, or byte by byte, or none at all, is closed after ten seconds', async () => {
    const hello = await clientHello('a'.repeat(32))
    await stands(on, async () => {
      const cut = await Promise.all(
        [0, 1, 5, 6, 43, hello.length - 1].map(async (length) => {
          const socket = await call(on)
          socket.write(hello.subarray(0, length))
          return ended(socket)
        }),
      )
      const slow = (async () => {
        const socket = await call(on)
        const over = ended(socket)
        for (const byte of hello) {
          if (socket.destroyed) break
          socket.write(Uint8Array.of(byte))
          await new Promise((resolve) => setTimeout(resolve, 30))
        }
        return over
      })()
      for (const one of [...cut, await slow]) assert.ok(one.closed)
    })
  })

  it('who floods with connections is held to a few, and keeps no member out', async () => {
    const since = on.events.length
    const sockets: Socket[] = []
    await stands(on, async () => {
      // Another host: what is counted by host must not hit Bob.
      for (let n = 0; n < 1_500; n++) sockets.push(await call(on, '127.0.0.2'))
      await on.bob.stop()
      const hello = await clientHello('b'.repeat(32))
      for (const socket of sockets) if (!socket.destroyed) socket.write(hello.subarray(0, 20))
      const open = sockets.filter((socket) => !socket.destroyed).length
      assert.ok(open <= 64, `${String(open)} are open`)
      await on.bob.start()
      await talks(on)
    })
    for (const socket of sockets) socket.destroy()
    assert.ok(faults(on, since).length <= 60, 'who floods does not fill the list of faults')
  })

  it('who floods with whole handshakes keeps no member out either', async () => {
    const hello = await clientHello('c'.repeat(32))
    await stands(on, async () => {
      const until = performance.now() + 4_000
      const flood = Array.from({ length: 30 }, async () => {
        while (performance.now() < until) {
          const socket = await call(on, '127.0.0.3')
          socket.write(hello)
          await ended(socket, 1_000)
          socket.destroy()
        }
      })
      await on.bob.stop()
      await on.bob.start()
      await talks(on)
      await Promise.all(flood)
    })
  })
})
