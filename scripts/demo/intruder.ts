/** What somebody without an invitation can try at a device's port, and what comes of it. */
import { randomBytes } from 'node:crypto'
import { connect as connectTcp } from 'node:net'
import { connect as connectTls } from 'node:tls'

const TIMEOUT_MS = 5_000

/** Each attempt and its outcome, told in a line. @throws Error if one of them got anything */
export async function intrude(host: string, port: number): Promise<string[]> {
  const guess = randomBytes(20).toString('hex').slice(0, 32)
  return [
    `TLS without a name: ${await tls(host, port, undefined)}`,
    `TLS with a guessed knock: ${await tls(host, port, guess)}`,
    `plain HTTP: ${await plain(host, port, 'GET / HTTP/1.1\r\nHost: triode\r\n\r\n')}`,
  ]
}

/** @throws Error if a certificate was shown */
function tls(host: string, port: number, servername: string | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({
      host,
      port,
      ...(servername !== undefined && { servername }),
      rejectUnauthorized: false,
      ALPNProtocols: ['h2'],
      timeout: TIMEOUT_MS,
    })
    socket.once('secureConnect', () => {
      socket.destroy()
      reject(new Error('a stranger was shown a certificate'))
    })
    const refused = (why: string): void => {
      socket.destroy()
      resolve(`refused, no certificate shown (${why})`)
    }
    socket.once('error', (error: NodeJS.ErrnoException) => {
      refused(error.code ?? error.message)
    })
    socket.once('close', () => {
      refused('closed')
    })
    socket.once('timeout', () => {
      refused('no answer')
    })
  })
}

/** @throws Error if there was an answer */
function plain(host: string, port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host, port, timeout: TIMEOUT_MS })
    socket.write(text)
    socket.once('data', () => {
      socket.destroy()
      reject(new Error('a stranger got an answer'))
    })
    const refused = (): void => {
      socket.destroy()
      resolve('closed without a byte')
    }
    socket.once('error', refused)
    socket.once('close', refused)
    socket.once('timeout', refused)
  })
}
