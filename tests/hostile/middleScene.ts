/** An inviter, joiners, and Eve between them; after each attack it is asked who got in, who met whom, and who noticed. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeValue } from '@triode/core'
import { openDevice, type DeviceEvent, type DeviceService, type Joined } from '@triode/device'
import type { TunnelIdentity } from '@triode/tunnel'
import { Eve, type Got, type Place } from './middle.ts'
import type { Ticket, Way } from './middleWays.ts'
import { newIdentity } from './rogue.ts'

/** How long a device keeps quiet about more refusals for the same reason. */
const THROTTLED_FOR_MS = 10_000
const NOTICED_WITHIN_MS = 20_000

/** How an attempt to join ended: with a circle, or the code of a fault. */
export type Outcome = Joined | string

export class MiddleScene {
  readonly way: Way
  readonly ann: DeviceService
  readonly place: Place
  readonly joiners: readonly DeviceService[]
  /** Codes of the faults that Ann told her person of. */
  readonly faults: string[] = []
  private readonly folder: string
  private throttledAt = -Infinity

  private constructor(
    way: Way,
    folder: string,
    ann: DeviceService,
    joiners: readonly DeviceService[],
    place: Place,
  ) {
    this.way = way
    this.folder = folder
    this.ann = ann
    this.joiners = joiners
    this.place = place
    ann.subscribe((event: DeviceEvent) => {
      if (event.type !== 'fault') return
      this.faults.push(event.code)
      if (event.code === 'callers-refused') this.throttledAt = performance.now()
    })
  }

  static async open(way: Way): Promise<MiddleScene> {
    const folder = mkdtempSync(join(tmpdir(), 'triode-middle-'))
    const make = async (name: string): Promise<DeviceService> => {
      const listen = [{ host: '127.0.0.1', port: 0 }]
      const device = await openDevice({
        home: join(folder, name),
        channels: ['tcp'],
        listen,
        version: 'test',
      })
      await device.init({ passphrase: 'a passphrase for tests', name, kdf: 'pbkdf2' })
      return device
    }
    const ann = await make('Ann')
    const joiners = [await make('Bob'), await make('Carol')]
    const { channels } = await ann.status()
    const [host = '', port = ''] = (channels[0]?.addresses[0] ?? '').split(':')
    return new MiddleScene(way, folder, ann, joiners, { host, port: Number(port) })
  }

  isThrottling(): boolean {
    return performance.now() - this.throttledAt < THROTTLED_FOR_MS
  }

  async close(): Promise<void> {
    await Promise.all([this.ann, ...this.joiners].map((device) => device.close()))
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** A circle of Ann's alone. */
  async round(): Promise<Round> {
    const { circle } = await this.ann.createCircle({ name: 'Circle' })
    return new Round(this, circle, (await newIdentity()).identity)
  }
}

/** One attack, on one circle. */
export class Round {
  readonly scene: MiddleScene
  readonly circle: string
  /** Eve's own. */
  readonly identity: TunnelIdentity
  /** What Ann answered to Eve's own tunnels. */
  readonly got: Got[] = []
  private readonly eves: Eve[] = []
  private readonly faultsBefore: number

  constructor(scene: MiddleScene, circle: string, identity: TunnelIdentity) {
    this.scene = scene
    this.circle = circle
    this.identity = identity
    this.faultsBefore = scene.faults.length
  }

  /** Codes of what Ann told her person of in this round. */
  faults(): readonly string[] {
    return this.scene.faults.slice(this.faultsBefore)
  }

  /** Ann told of something in this round; of noise without end she tells once that there is more. */
  async noticed(): Promise<void> {
    const until = performance.now() + NOTICED_WITHIN_MS
    while (this.faults().length === 0 && !this.scene.isThrottling()) {
      assert.ok(performance.now() < until, 'the inviter was told')
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  end(): void {
    for (const eve of this.eves) eve.close()
  }

  invite(): Promise<Ticket> {
    return this.scene.way.invite(this.scene.ann, this.circle)
  }

  async eve(...[onCall]: Parameters<typeof Eve.listen>): Promise<string> {
    const eve = await Eve.listen(onCall)
    this.eves.push(eve)
    return eve.address
  }

  /** Joiner number `who` tries, led to Eve. */
  async attempt(ticket: Ticket, address: string, who = 0, timeoutMs = 4_000): Promise<Outcome> {
    const joiner = this.scene.joiners[who] ?? assert.fail('no such joiner')
    return ticket
      .join(joiner, address, timeoutMs)
      .catch((fault: unknown) => (fault as { code?: string }).code ?? String(fault))
  }

  /**
   * Nobody is in the circle but Ann and joiners who know her, and she them; and Ann told Eve nothing.
   */
  async judge(outcomes: readonly Outcome[]): Promise<void> {
    const { ann, joiners, way } = this.scene
    const own = (await ann.circle(this.circle)).device
    const expected: string[] = [own]
    for (const [index, outcome] of outcomes.entries()) {
      if (typeof outcome === 'string') continue
      assert.equal(outcome.met.device, own, 'the joiner met the inviter and nobody else')
      const joiner = joiners[index] ?? assert.fail('no such joiner')
      const { me, device } = await joiner.circle(outcome.circle)
      expected.push(device)
      assert.equal(outcome.as, way.as, 'the joiner became what it was invited as')
      const seen = await ann.member(me)
      assert.equal(seen.me, way.as === 'device', 'and is that for the inviter')
      if (!seen.me) assert.deepEqual(seen.safetyWords, outcome.safetyWords, 'the words are the same')
    }
    const members = await ann.members(this.circle)
    const devices = members.flatMap((member) => member.devices.map((one) => one.device))
    assert.deepEqual(devices.toSorted(), expected.toSorted(), 'nobody else was admitted')
    for (const { state, invitation } of await ann.invitations(this.circle)) {
      if (state === 'live') await ann.revokeInvitation(invitation)
    }
    for (const { path, answer } of this.got) {
      assert.ok(path === '/meet' || !isYes(answer), `Eve was answered yes on ${path}`)
    }
  }
}

function isYes(answer: Uint8Array): boolean {
  return answer.length > 0 && (decodeValue(answer, 1 << 26) as [boolean])[0]
}
