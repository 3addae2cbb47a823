import assert from 'node:assert/strict'
import { createServer, type Server, type Socket } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { decodeValue, encodeValue, formatLink, parseLink } from '@triode/core'
import { acceptTunnel } from '@triode/tunnel'
import { ask, dial, invitee, knockOf, newIdentity, request, Rogue } from './rogue.ts'
import { attacked, call, ended, eventually, fault, stands, type Attacked } from './victim.ts'

let on: Attacked
before(async () => {
  on = await attacked()
})
after(async () => {
  await on.two.end()
})

async function members(): Promise<number> {
  return (await on.alice.client.members({ circle: on.circle })).members.length
}

/** A link that leads somewhere else, with the same secret and fingerprint. */
function leadingTo(link: string, port: number): string {
  return formatLink({ ...parseLink(link), addresses: [`tcp:127.0.0.1:${String(port)}`] })
}

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => 'no fault',
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  )
}

function listening(onSocket: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  return new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      onSocket(socket)
    }).listen(0, '127.0.0.1', () => {
      resolve({ server, port: (server.address() as { port: number }).port })
    })
  })
}

describe('a stolen link', () => {
  it('lets nobody in after it was used, however often it is tried at once', async () => {
    const { link } = await on.alice.client.invite({ circle: on.circle })
    await Rogue.join(on, link)
    const before = await members()
    await stands(on, async () => {
      const tries = Array.from({ length: 20 }, async () => {
        const thief = await invitee(link)
        const tunnel = await dial(on, thief.identity, knockOf(thief.link))
        const answer = await ask(tunnel, request(thief, tunnel).request)
        tunnel.destroy()
        return answer
      })
      for (const answer of await Promise.allSettled(tries)) {
        const outcome = answer.status === 'fulfilled' ? answer.value : ''
        assert.ok(outcome === 'invitation-spent' || outcome === '', String(outcome))
      }
    })
    assert.equal(await members(), before)
    await fault(on, 0, ['invitation-spent'])
  })

  it('admits one of two who come at the same moment', async () => {
    const { link } = await on.alice.client.invite({ circle: on.circle })
    const before = await members()
    const both = await Promise.all([invitee(link), invitee(link)])
    const answers = await Promise.all(
      both.map(async (one) => {
        const tunnel = await dial(on, one.identity, knockOf(one.link))
        const answer = await ask(tunnel, request(one, tunnel).request)
        tunnel.destroy()
        return typeof answer === 'string' ? answer : 'admitted'
      }),
    )
    assert.deepEqual(answers.sort(), ['admitted', 'invitation-spent'])
    assert.equal(await members(), before + 1)
  })

  it('opens nothing once it has expired or was revoked, not even a handshake', async () => {
    const brief = await on.alice.client.invite({ circle: on.circle, expiresMs: 1_000 })
    const revoked = await on.alice.client.invite({ circle: on.circle })
    await on.alice.client.revokeInvitation({ invitation: revoked.invitation })
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    const before = await members()
    for (const { link } of [brief, revoked]) {
      const thief = await invitee(link)
      await assert.rejects(dial(on, thief.identity, knockOf(thief.link)), { code: 'knock-unknown' })
    }
    assert.equal(await members(), before)
  })

  it('that was held open until it expired is refused', async () => {
    const { link } = await on.alice.client.invite({ circle: on.circle, expiresMs: 4_000 })
    const thief = await invitee(link)
    const tunnel = await dial(on, thief.identity, knockOf(thief.link))
    await new Promise((resolve) => setTimeout(resolve, 4_100))
    assert.match(String(await ask(tunnel, request(thief, tunnel).request)), /^invitation-(expired|refused)$/)
    tunnel.destroy()
  })

  it('with the wrong secret does not get as far as the door; ten wrong proofs block the invitation', async () => {
    const { link } = await on.alice.client.invite({ circle: on.circle })
    const before = await members()
    const guess = await invitee(formatLink({ ...parseLink(link), secret: new Uint8Array(32) }))
    await assert.rejects(dial(on, guess.identity, knockOf(guess.link)), { code: 'knock-unknown' })
    const since = on.events.length
    const answers: (string | Uint8Array)[] = []
    await stands(on, async () => {
      for (let n = 0; n < 11; n++) {
        const thief = await invitee(link)
        const tunnel = await dial(on, thief.identity, knockOf(thief.link))
        const [body, proof] = decodeValue(request(thief, tunnel).request, 1 << 20) as [Uint8Array, Uint8Array]
        proof[0] = (proof[0] ?? 0) ^ 1
        answers.push(await ask(tunnel, encodeValue([body, proof])))
        tunnel.destroy()
      }
    })
    assert.deepEqual(answers.slice(0, 10), Array<string>(10).fill('invitation-refused'))
    assert.equal(answers[10], 'invitation-blocked')
    await fault(on, since, ['proof-invalid'])
    const honest = await on.two.device('Carol').start()
    assert.equal(await codeOf(honest.client.join({ link, timeoutMs: 5_000 })), 'invitation-refused')
    assert.equal(await members(), before)
    await honest.stop()
  })

  it('does not let a proof be used in another tunnel, nor anything but the join path', async () => {
    const { link } = await on.alice.client.invite({ circle: on.circle })
    const before = await members()
    const thief = await invitee(link)
    const [one, other] = await Promise.all([1, 2].map(() => dial(on, thief.identity, knockOf(thief.link))))
    assert.ok(one && other)
    const { request: captured } = request(thief, one)
    assert.equal(await ask(other, captured), 'invitation-refused')
    for (const path of ['/sync', '/files/get', '/files/serve', '/', '/join?again']) {
      const stream = one.open(path)
      stream.on('error', () => undefined)
      stream.resume()
      stream.write('x')
      await new Promise((resolve) => stream.once('close', resolve))
    }
    one.destroy()
    other.destroy()
    assert.equal(await members(), before)
  })

  it('in the hands of who floods with requests, too long ones and none at all, costs little', async () => {
    const { link } = await on.alice.client.invite({ circle: on.circle })
    await stands(on, async () => {
      const thief = await invitee(link)
      const tunnels = await Promise.allSettled(
        Array.from({ length: 50 }, () => dial(on, thief.identity, knockOf(thief.link))),
      )
      for (const tunnel of tunnels) {
        if (tunnel.status === 'rejected') continue
        try {
          const stream = tunnel.value.open('/join')
          stream.on('error', () => undefined)
          stream.resume()
          stream.write(new Uint8Array(200_000))
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'tunnel-closed', 'it had to make room')
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      const honest = await invitee(link)
      const tunnel = await dial(on, honest.identity, knockOf(honest.link))
      const answer = await ask(tunnel, request(honest, tunnel).request)
      assert.ok(typeof answer !== 'string', `the honest invitee was told ${String(answer)}`)
      tunnel.destroy()
      for (const one of tunnels) if (one.status === 'fulfilled') one.value.destroy()
    })
  })
})

describe('an impostor at the inviter’s address', () => {
  it('who knows the link is refused with fingerprint-mismatch, and is sent nothing but a fresh key', async () => {
    const { link } = await on.alice.client.invite({ circle: on.circle })
    const { identity } = await newIdentity()
    const streams: string[] = []
    let tunnels = 0
    const { server, port } = await listening((socket) => {
      acceptTunnel(socket, { resolve: () => identity, authorize: () => true }).then(
        (tunnel) => {
          tunnels++
          tunnel.onStream((path, stream) => {
            streams.push(path)
            stream.resume()
          })
        },
        () => undefined,
      )
    })
    const carol = await on.two.device('Dave').start()
    try {
      const code = await codeOf(carol.client.join({ link: leadingTo(link, port), timeoutMs: 8_000 }))
      assert.equal(code, 'fingerprint-mismatch')
      assert.deepEqual(streams, [])
      assert.ok(tunnels <= 1)
      assert.deepEqual((await carol.client.circles()).circles, [])
    } finally {
      server.close()
      await carol.stop()
    }
  })

  it('who does not know it, or says nothing, or noise, only delays: the inviter at another address is found', async () => {
    const { link } = await on.alice.client.invite({ circle: on.circle })
    const silent = await listening(() => undefined)
    const noisy = await listening((socket) => socket.end(Buffer.alloc(2_000, 0x16)))
    const [real = ''] = parseLink(link).addresses
    const addresses = [silent.port, noisy.port].map((port) => `tcp:127.0.0.1:${String(port)}`)
    const carol = await on.two.device('Erin').start()
    try {
      const among = formatLink({ ...parseLink(link), addresses: [...addresses, real] })
      const joined = await carol.client.join({ link: among, timeoutMs: 10_000 })
      assert.equal(joined.circle, on.circle)
    } finally {
      silent.server.close()
      noisy.server.close()
      await carol.stop()
    }
  })
})

describe('who listens on the way', () => {
  /** Carries an invitee's way to Alice, and keeps what it said. */
  async function overheard(): Promise<Buffer[]> {
    const said: Buffer[] = []
    const { server, port } = await listening((socket) => {
      void call(on).then((onward) => {
        socket.on('data', (chunk) => {
          said.push(Buffer.from(chunk))
          onward.write(chunk)
        })
        onward.on('data', (chunk) => socket.write(chunk))
        socket.on('close', () => onward.destroy())
        onward.on('close', () => socket.destroy())
      })
    })
    const frank = await on.two.device('Frank').start()
    const { link } = await on.alice.client.invite({ circle: on.circle })
    await frank.client.join({ link: leadingTo(link, port) })
    await eventually('some of it to be heard', () => (said.length > 3 ? true : undefined))
    await frank.stop()
    server.close()
    return said
  }

  it('and replays it all gets nothing; the knock alone shows a certificate and opens nothing', async () => {
    const said = await overheard()
    await stands(on, async () => {
      for (let round = 0; round < 3; round++) {
        const socket = await call(on)
        const over = ended(socket, 12_000)
        for (const chunk of said) socket.write(chunk)
        assert.ok((await over).closed)
      }
    })
    const { link } = await on.alice.client.invite({ circle: on.circle })
    const { knock } = await Rogue.join(on, link)
    const stranger = await newIdentity()
    const since = on.events.length
    await assert.rejects(dial(on, stranger.identity, knock), (error: { code?: string }) => {
      assert.match(error.code ?? '', /^(peer-refused|link-broken)$/)
      return true
    })
    await fault(on, since, ['peer-not-authorized'])
  })
})
