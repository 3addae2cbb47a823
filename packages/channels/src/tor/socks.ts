/** Asking tor for a stream: SOCKS 5 (RFC 1928) with a user name that keeps circuits apart (RFC 1929, Tor socks-extensions). */
import type { Socket } from 'node:net'
import { concat, Unavailable, utf8 } from '@triode/core'
import { broken } from './controlReply.ts'
import type { OnionEndpoint } from './onion.ts'

/** Streams with different words share no circuit. */
export interface Isolation {
  readonly user: string
  /** 1..255 characters of ASCII. */
  readonly password: string
}

/** What tor answered: that the stream stands, or why not. */
export interface SocksAnswer {
  /** 0 is fine (RFC 1928 §6); from 0xf0 on about an onion service (Tor proposal 304). */
  readonly code: number
  /** Bytes of the answer; what follows is the stream's. */
  readonly length: number
}

/** The answer to the greeting, to the user name, and the beginning of that to the request. */
const ACCEPTED = [5, 2, 1, 0, 5] as const
/** Bytes of an address by its type, and a port. */
const ADDRESS_BYTES: Readonly<Record<number, number>> = { 1: 4, 4: 16 }
const DESCRIPTOR_MISSING = 0xf0
/** No key, and a wrong one. */
const KEY_MISSING = 0xf4
const KEY_WRONG = 0xf5

/** What is said one after another, each once the one before was accepted by two bytes: tor loses answers to what comes too early. */
export function socksWords(
  { name, port }: OnionEndpoint,
  { user, password }: Isolation,
): readonly [greeting: Uint8Array, user: Uint8Array, request: Uint8Array] {
  const host = `${name}.onion`
  return [
    Uint8Array.of(5, 1, 2),
    concat(Uint8Array.of(1, user.length), utf8(user), Uint8Array.of(password.length), utf8(password)),
    concat(Uint8Array.of(5, 1, 0, 3, host.length), utf8(host), Uint8Array.of(port >> 8, port & 0xff)),
  ]
}

/** undefined: more has to come. @throws Unavailable 'tor-broken' */
export function readSocksAnswer(bytes: Uint8Array): SocksAnswer | undefined {
  for (const [index, byte] of ACCEPTED.entries()) {
    if (index >= bytes.length) return undefined
    if (bytes[index] !== byte) throw broken()
  }
  const [code, , type, first] = bytes.subarray(ACCEPTED.length)
  if (code === undefined || type === undefined) return undefined
  const known = type === 3 ? first !== undefined && 1 + first : ADDRESS_BYTES[type]
  if (known === undefined) throw broken()
  const length = ACCEPTED.length + 3 + (known || 0) + 2
  return known === false || bytes.length < length ? undefined : { code, length }
}

/**
 * Has tor lead `socket`, which is connected to its SOCKS port, to a service.
 * @throws Unavailable 'unreachable' | 'key-refused' | 'not-published' | 'tor-broken'
 */
export async function askForStream(
  socket: Socket,
  endpoint: OnionEndpoint,
  isolation: Isolation,
): Promise<void> {
  const words = socksWords(endpoint, isolation)
  const code = await new Promise<number>((resolve, reject) => {
    let heard: Uint8Array = new Uint8Array(0)
    let said = 0
    const goOn = (): void => {
      const word = heard.length >= 2 * said ? words[said] : undefined
      if (word === undefined) return
      said++
      socket.write(word)
    }
    const settle = (act: () => void): void => {
      socket.pause().off('data', hear).off('close', fail)
      act()
    }
    const hear = (chunk: Buffer): void => {
      heard = concat(heard, chunk)
      try {
        const answer = readSocksAnswer(heard)
        if (answer === undefined) {
          goOn()
          return
        }
        settle(() => {
          const rest = heard.subarray(answer.length)
          if (rest.length > 0) socket.unshift(rest)
          resolve(answer.code)
        })
      } catch (cause) {
        settle(() => {
          reject(cause instanceof Error ? cause : unreachable(cause))
        })
      }
    }
    const fail = (): void => {
      settle(() => {
        reject(unreachable())
      })
    }
    socket.on('data', hear).on('close', fail)
    goOn()
  })
  if (code === KEY_MISSING || code === KEY_WRONG) throw keyRefused()
  if (code === DESCRIPTOR_MISSING) throw notPublished()
  if (code !== 0) throw unreachable(code)
}

const RUNNING = 'The other device has to be running, with its tor channel on.'

function keyRefused(): Unavailable {
  const message = 'The key for that onion service does not fit.'
  return new Unavailable('key-refused', { message, remedy: RUNNING })
}

function notPublished(): Unavailable {
  return new Unavailable('not-published', {
    message: 'That onion service is not to be found.',
    remedy: RUNNING,
  })
}

export function unreachable(cause?: unknown): Unavailable {
  return new Unavailable('unreachable', {
    message: 'Nobody answers at that onion address now.',
    remedy: RUNNING,
    cause,
  })
}
