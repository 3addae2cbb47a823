/** A question over UDP, asked again after each while, until an answer is accepted: bounded in time and in packets that are read. */
import { createSocket, type Socket } from 'node:dgram'
import { silent } from './mapping.ts'
import { MAX_PACKETS } from './tuning.ts'

export interface Exchange<T> {
  readonly family: 'udp4' | 'udp6'
  /** This machine's address to ask from. */
  readonly local: string
  /** Milliseconds between one question and the next, and after the last. */
  readonly waitsMs: readonly number[]
  readonly signal: AbortSignal
  /** What the bound socket needs before the first question; it calls `done` once, or throws. */
  readonly prepare: (socket: Socket, done: (cause?: Error) => void) => void
  readonly send: (socket: Socket, turn: number) => void
  /** Whose packets are read; they count against the bound. */
  readonly isHeard: (host: string) => boolean
  /** Of an answer; undefined: it is not the one that is waited for. What it throws counts as that. */
  readonly accept: (bytes: Buffer) => T | undefined
}

/** The first answer that is accepted. @throws Unavailable 'router-silent' */
export function exchange<T>(options: Exchange<T>): Promise<T> {
  const { family, local, waitsMs, signal, isHeard } = options
  return new Promise((resolve, reject) => {
    const socket = createSocket(family)
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
      options.send(socket, turn)
      timer = setTimeout(send, waitMs, turn + 1)
    }
    socket.on('error', giveUp)
    socket.on('message', (bytes, from) => {
      if (!isHeard(from.address)) return
      if (++packets > MAX_PACKETS) {
        giveUp()
        return
      }
      const answer = attempt(options.accept, bytes)
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
    socket.bind({ address: local, exclusive: true }, () => {
      try {
        options.prepare(socket, (cause) => {
          if (cause === undefined) send(0)
          else giveUp(cause)
        })
      } catch (cause) {
        // The address went meanwhile.
        giveUp(cause)
      }
    })
  })
}

function attempt<T>(accept: (bytes: Buffer) => T | undefined, bytes: Buffer): T | undefined {
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
