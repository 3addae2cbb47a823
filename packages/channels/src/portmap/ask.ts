/** Questions to the router over UDP: only it is heard, for a while, and so many packets. */
import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { silent } from './mapping.ts'
import { ASK_PORT } from './spec.ts'
import { ASK_WAITS_MS, MAX_PACKETS } from './tuning.ts'

export interface Ask<T> {
  /** The router. */
  readonly host: string
  /** Default: that of PCP and NAT-PMP. */
  readonly port?: number
  /** This machine's address to ask from. */
  readonly local: string
  readonly request: Uint8Array
  /** Of an answer; undefined: it is not the one that is waited for. What it throws counts as that. */
  readonly accept: (bytes: Uint8Array) => T | undefined
  readonly waitsMs?: readonly number[]
  readonly signal: AbortSignal
}

/** The first answer that is accepted. @throws Unavailable 'router-silent' */
export function ask<T>({
  host,
  port = ASK_PORT,
  local,
  request,
  accept,
  waitsMs = ASK_WAITS_MS,
  signal,
}: Ask<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(host.split('%')[0] ?? '') ? 'udp6' : 'udp4')
    let timer: NodeJS.Timeout | undefined
    let packets = 0
    const settle = (act: () => void): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', giveUp)
      socket.removeAllListeners()
      // What a closing socket still complains of concerns nobody.
      socket.on('error', ignore)
      socket.close()
      act()
    }
    const giveUp = (cause?: unknown): void => {
      settle(() => {
        reject(silent(cause instanceof Error ? cause : undefined))
      })
    }
    const send = (turn: number): void => {
      const waitMs = waitsMs[turn]
      if (waitMs === undefined) {
        giveUp()
        return
      }
      socket.send(request)
      timer = setTimeout(send, waitMs, turn + 1)
    }
    socket.on('error', giveUp)
    socket.on('message', (bytes) => {
      if (++packets > MAX_PACKETS) {
        giveUp()
        return
      }
      const answer = attempt(accept, bytes)
      if (answer === undefined) return
      settle(() => {
        resolve(answer)
      })
    })
    signal.addEventListener('abort', giveUp)
    if (signal.aborted) {
      giveUp()
      return
    }
    // The system drops what comes from anybody else, once it is connected.
    socket.bind({ address: local, exclusive: true }, () => {
      socket.connect(port, host, (cause?: Error) => {
        if (cause !== undefined) giveUp(cause)
        else send(0)
      })
    })
  })
}

function attempt<T>(accept: (bytes: Uint8Array) => T | undefined, bytes: Uint8Array): T | undefined {
  try {
    return accept(bytes)
  } catch {
    // Not the protocol that is asked for, or nonsense: a true answer may still come.
    return undefined
  }
}

function ignore(): void {
  // See above.
}
