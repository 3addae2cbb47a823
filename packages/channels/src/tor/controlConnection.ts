/** A connection to tor's control socket (Tor control-spec): commands one after another, and what it tells by itself. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { Unavailable } from '@triode/core'
import { broken, ControlReader, type ControlReply } from './controlReply.ts'
import { ANSWER_TIMEOUT_MS } from './tuning.ts'

interface Waiting {
  readonly resolve: (reply: ControlReply) => void
  readonly reject: (cause: Error) => void
}

/** Done, in three shades (control-spec §4). */
const FINE = [250, 251, 252]
const EVENT = 650
/** AUTHCHALLENGE of the control protocol. */
const SERVER_TO_CONTROLLER = 'Tor safe cookie authentication server-to-controller hash'
const CONTROLLER_TO_SERVER = 'Tor safe cookie authentication controller-to-server hash'
const NONCE_BYTES = 32
const CHALLENGE = /^AUTHCHALLENGE SERVERHASH=([0-9A-F]{64}) SERVERNONCE=([0-9A-F]{64})$/

export class ControlConnection {
  /** Resolves when it is gone. */
  readonly closed: Promise<void>
  private readonly socket: Socket
  private readonly reader = new ControlReader()
  private readonly waiting: Waiting[] = []
  private readonly onEvent: (line: string) => void

  private constructor(socket: Socket, onEvent: (line: string) => void) {
    this.socket = socket
    this.onEvent = onEvent
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        for (const { reject } of this.waiting.splice(0)) reject(gone())
        resolve()
      })
    })
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => {
      this.take(chunk)
    })
  }

  /**
   * Connects to the socket at `path` and proves to have read the cookie, without showing it (SAFECOOKIE).
   * @param onEvent gets the first line of what tor tells by itself
   * @throws the system's error; Unavailable 'tor-broken', 'tor-refused', 'tor-gone'
   */
  static async open(
    path: string,
    cookiePath: string,
    onEvent: (line: string) => void,
  ): Promise<ControlConnection> {
    const socket = connect({ path })
    await once(socket, 'connect')
    const connection = new ControlConnection(socket, onEvent)
    try {
      await connection.authenticate(await readFile(cookiePath))
      return connection
    } catch (cause) {
      connection.close()
      throw cause
    }
  }

  /**
   * Sends a command and gives the lines of its answer. What it throws holds nothing of the command, which may hold keys.
   * @throws Unavailable 'tor-refused', 'tor-gone', 'tor-broken'
   */
  async send(...words: readonly string[]): Promise<readonly string[]> {
    const { code, lines } = await this.exchange(words.join(' '))
    if (FINE.includes(code)) return lines
    throw new Unavailable('tor-refused', {
      details: { code },
      message: `The program tor refused what it was asked (${String(code)}).`,
      remedy: 'Check that it is version 0.4.7 or later.',
    })
  }

  close(): void {
    this.socket.destroy()
  }

  private exchange(command: string): Promise<ControlReply> {
    if (this.socket.destroyed) return Promise.reject(gone())
    this.socket.write(`${command}\r\n`)
    const answer = Promise.withResolvers<ControlReply>()
    this.waiting.push(answer)
    const impatience = setTimeout(() => {
      this.close()
    }, ANSWER_TIMEOUT_MS)
    return answer.promise.finally(() => {
      clearTimeout(impatience)
    })
  }

  private take(chunk: Buffer): void {
    try {
      for (const reply of this.reader.push(chunk)) {
        if (reply.code === EVENT) this.onEvent(reply.lines[0] ?? '')
        else this.waiting.shift()?.resolve(reply)
      }
    } catch {
      this.close()
    }
  }

  private async authenticate(cookie: Uint8Array): Promise<void> {
    const nonce = randomBytes(NONCE_BYTES)
    const [line = ''] = await this.send('AUTHCHALLENGE', 'SAFECOOKIE', nonce.toString('hex'))
    const [, hash, serverNonce] = CHALLENGE.exec(line) ?? []
    if (hash === undefined || serverNonce === undefined) throw broken()
    const said = [cookie, nonce, Buffer.from(serverNonce, 'hex')]
    if (!timingSafeEqual(mac(SERVER_TO_CONTROLLER, said), Buffer.from(hash, 'hex'))) throw broken()
    await this.send('AUTHENTICATE', mac(CONTROLLER_TO_SERVER, said).toString('hex'))
  }
}

function mac(key: string, parts: readonly Uint8Array[]): Buffer {
  const hmac = createHmac('sha256', key)
  for (const part of parts) hmac.update(part)
  return hmac.digest()
}

function gone(): Unavailable {
  return new Unavailable('tor-gone', {
    message: 'The program tor has ended.',
    remedy: 'It is started again by itself within a minute.',
  })
}
