/** Alice and Bob as real processes on loopback, in one circle. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from '@triode/api'
import { DeviceProcess, eventually } from '../../scripts/demo/deviceProcess.ts'

export { DeviceProcess, eventually }
export type Message = Awaited<ReturnType<Client['messages']>>['messages'][number]

/** The name that tests give to the circle. */
export const CIRCLE = 'Circle'

export interface CircleOfTwo {
  readonly folder: string
  readonly alice: DeviceProcess
  readonly bob: DeviceProcess
  readonly circle: string
  /** Another process with a home and a passphrase of its own, not started. */
  device(name: string, args?: readonly string[]): DeviceProcess
  /** Ends it with the others. */
  adopt(device: DeviceProcess): void
  end(): Promise<void>
}

export interface CircleOfTwoOptions {
  /** Arguments of `triode start` for a device; default: only the lan channel, on loopback. */
  readonly args?: (name: string) => readonly string[]
  readonly prefix?: (name: string) => readonly string[]
  readonly suite?: 'hybrid' | 'cnsa' | 'p384'
}

export const LAN = ['--channels', 'lan', '--lan-interface', '127.0.0.1']

export async function circleOfTwo(options: CircleOfTwoOptions = {}): Promise<CircleOfTwo> {
  const folder = mkdtempSync(join(tmpdir(), 'triode-e2e-'))
  const started: DeviceProcess[] = []
  const device = (name: string, args = options.args?.(name) ?? LAN): DeviceProcess => {
    const prefix = options.prefix?.(name) ?? []
    const passphrase = randomBytes(12).toString('hex')
    const one = new DeviceProcess({ name, home: join(folder, name), passphrase, args, prefix })
    started.push(one)
    return one
  }
  const [alice, bob] = await Promise.all([device('Alice').start(), device('Bob').start()])
  const { suite = 'hybrid' } = options
  const { circle } = await alice.client.createCircle({ name: CIRCLE, suite })
  const { link } = await alice.client.invite({ circle })
  await bob.client.join({ link })
  return {
    folder,
    alice,
    bob,
    circle,
    device,
    adopt: (one) => started.push(one),
    end: async () => {
      await Promise.all(started.map((one) => one.stop()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Everything in a conversation, from old to new. */
export async function everything(device: DeviceProcess, where = CIRCLE): Promise<Message[]> {
  const all: Message[] = []
  let before: string | undefined
  for (;;) {
    const page = await device.client.messages({ where, limit: 500, ...(before !== undefined && { before }) })
    all.unshift(...page.messages)
    before = page.messages[0]?.id
    if (!page.more) return all
  }
}
