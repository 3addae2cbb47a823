/** An onion service and a caller of two plain programs `tor`: what Tor alone takes. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../../tests/e2e/freePort.ts'
import type { Reached } from './triode.ts'

const HOST = '127.0.0.1'
const SERVICE_PORT = 4711
const PATIENCE_MS = 90_000
const LOOK_MS = 20

/** What is used of a stream, Node's or streamx's. */
export interface Echoing {
  on(event: 'data', listener: (data: Buffer) => void): unknown
  on(event: 'error', listener: () => void): unknown
  once(event: 'data', listener: () => void): unknown
  write(data: Uint8Array): boolean
  destroy(): unknown
}

type Timed = (connect: () => Promise<Echoing>, times: number) => Promise<Reached>

export class RawOnion {
  private readonly children: ChildProcess[] = []
  private readonly network: string
  private readonly scratch: string

  private constructor(network: string, scratch: string) {
    this.network = network
    this.scratch = scratch
  }

  /** @param torrc file with the settings of the network */
  static async reach(torrc: string, scratch: string, times: number, timed: Timed): Promise<Reached> {
    const onion = new RawOnion(readFileSync(torrc, 'utf8'), scratch)
    try {
      return await onion.measure(times, timed)
    } finally {
      await onion.end()
    }
  }

  private async measure(times: number, timed: Timed): Promise<Reached> {
    const echo = createServer((socket) => socket.on('error', () => socket.destroy()).pipe(socket))
    await once(echo.listen(0, HOST), 'listening')
    try {
      const name = await this.serve((echo.address() as AddressInfo).port)
      // Once beforehand: descriptors are there, and the caller's folder knows the network, as a device's does.
      const call = (): Promise<Echoing> => this.call(name)
      await timed(call, 1)
      return await timed(call, times)
    } finally {
      echo.close()
    }
  }

  private async serve(port: number): Promise<string> {
    const service = join(this.scratch, 'service')
    mkdirSync(service, { mode: 0o700 })
    const settings = `SocksPort 0\nHiddenServiceDir ${service}\nHiddenServicePort ${String(SERVICE_PORT)} ${HOST}:${String(port)}\n`
    await this.start('server', settings)
    return readFileSync(join(service, 'hostname'), 'utf8').trim()
  }

  /** Starts the caller's tor anew, and calls until somebody answers. */
  private async call(name: string): Promise<Echoing> {
    const [, before] = this.children
    if (before !== undefined) await ended(before)
    const port = await freePort()
    this.children[1] = await this.start('caller', `SocksPort ${HOST}:${String(port)}\n`)
    const deadline = performance.now() + PATIENCE_MS
    for (;;) {
      const socket = await throughSocks(port, name)
      if (socket !== undefined) return socket
      if (performance.now() > deadline) throw new Error('the onion service is not found')
      await sleep(LOOK_MS)
    }
  }

  private async start(name: string, settings: string): Promise<ChildProcess> {
    const folder = join(this.scratch, name)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const log = join(folder, 'log')
    writeFileSync(log, '')
    const torrc = join(folder, 'torrc')
    writeFileSync(torrc, `${this.network}${settings}DataDirectory ${folder}\nLog notice file ${log}\n`)
    const child = spawn('tor', ['-f', torrc, '--quiet'], { stdio: 'ignore' })
    this.children.push(child)
    const deadline = performance.now() + PATIENCE_MS
    while (!readFileSync(log, 'utf8').includes('Bootstrapped 100%')) {
      if (performance.now() > deadline || child.exitCode !== null) throw new Error('tor did not start')
      await sleep(LOOK_MS)
    }
    return child
  }

  private async end(): Promise<void> {
    await Promise.all(this.children.map(ended))
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

/** SOCKS 5 without a user (RFC 1928). @returns undefined where tor says that it can't be reached now */
async function throughSocks(port: number, name: string): Promise<Socket | undefined> {
  const socket = connect({ port, host: HOST })
  socket.on('error', () => socket.destroy())
  await once(socket, 'connect')
  socket.write(Uint8Array.of(5, 1, 0))
  await once(socket, 'data')
  const host = Buffer.from(name)
  socket.write(
    Buffer.concat([
      Uint8Array.of(5, 1, 0, 3, host.length),
      host,
      Buffer.from([SERVICE_PORT >> 8, SERVICE_PORT & 255]),
    ]),
  )
  const [answer] = (await Promise.race([once(socket, 'data'), once(socket, 'close')])) as [Buffer | boolean]
  if (typeof answer === 'object' && answer[1] === 0) return socket
  socket.destroy()
  return undefined
}
