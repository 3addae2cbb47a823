/** Finds where the router's UPnP description stands: asked by itself first, then with its group, and heard alone. */
import { createSocket } from 'node:dgram'
import { readSearchAnswer, searchRequest } from './igd.ts'
import { silent } from './mapping.ts'
import { GATEWAYS, SSDP_GROUP, SSDP_PORT } from './spec.ts'
import { MAX_PACKETS, SEARCH_WAITS_MS } from './tuning.ts'

export interface Search {
  /** The router, IPv4. */
  readonly host: string
  /** Default: the protocol's, and then its group is asked too. */
  readonly port?: number
  /** This machine's address to ask from. */
  readonly local: string
  readonly signal: AbortSignal
}

/** @throws Unavailable 'router-silent' */
export function search({ host, port, local, signal }: Search): Promise<URL> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    let timer: NodeJS.Timeout | undefined
    let packets = 0
    const settle = (act: () => void): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', giveUp)
      socket.removeAllListeners()
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
      const waitMs = SEARCH_WAITS_MS[turn]
      if (waitMs === undefined) {
        giveUp()
        return
      }
      // Devices of the first version answer their group alone.
      const to = turn === 0 || port !== undefined ? host : SSDP_GROUP
      for (const target of GATEWAYS) {
        const at = port ?? SSDP_PORT
        socket.send(searchRequest(`${to}:${String(at)}`, target), at, to, ignore)
      }
      timer = setTimeout(send, waitMs, turn + 1)
    }
    socket.on('error', giveUp)
    socket.on('message', (bytes, from) => {
      if (from.address !== host) return
      if (++packets > MAX_PACKETS) {
        giveUp()
        return
      }
      const location = attempt(bytes.toString('latin1'), host)
      if (location === undefined) return
      settle(() => {
        resolve(location)
      })
    })
    signal.addEventListener('abort', giveUp)
    if (signal.aborted) {
      giveUp()
      return
    }
    socket.bind({ address: local, exclusive: true }, () => {
      try {
        socket.setMulticastInterface(local)
        socket.setMulticastTTL(1)
        send(0)
      } catch (cause) {
        // The address went meanwhile.
        giveUp(cause)
      }
    })
  })
}

function attempt(text: string, host: string): URL | undefined {
  try {
    return readSearchAnswer(text, host)
  } catch {
    // Something else of the router's, or nonsense.
    return undefined
  }
}

function ignore(): void {
  // Not sent is not answered: that shows by itself.
}
