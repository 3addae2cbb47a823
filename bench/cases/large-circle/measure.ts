/** What one message, and the healing of a partition, cost a circle of many devices. */
import type { FeedId, Participant } from '@triode/core'
import { makeBigCircle, type BigCircle, type BigCircleOptions } from './circle.ts'
import { Mesh } from './mesh.ts'

export interface Cost {
  /** Sent by all devices until everything is quiet, over their number. */
  readonly bytesADevice: number
  readonly framesADevice: number
  /** Virtual, until the last device has it. */
  readonly convergedMs: number
}

export interface Costs {
  readonly devices: number
  /** Opening the first tunnels. */
  readonly connecting: Cost
  /** The first message of an author: its key is sealed to every device. */
  readonly firstMessage: Cost
  readonly nextMessage: Cost
  /** Two halves that each wrote three messages meet again. */
  readonly healing: Cost
  /** Real seconds, the making of the circle included; and the heap's size. */
  readonly seconds: number
  readonly heapMegabytes: number
}

const STEP_MS = 5
/** After this long without a frame, nothing more comes of it: timers of sync are shorter. */
const QUIET_MS = 20_000
const GIVE_UP_MS = 600_000
const MESSAGES_A_SIDE = 3
const TEXT = 'See you at eight, at the usual place; bring what you can carry, and tell nobody but Carol.'

export function measureCircle(options: BigCircleOptions): Costs {
  const started = performance.now()
  const circle = makeBigCircle(options)
  const mesh = new Mesh(circle.clock, circle.random.fork('mesh'), circle.devices)
  const costOf = (work: () => void, done: () => boolean): Cost => cost(circle, mesh, work, done)
  const half = circle.devices.length / 2
  const crosses = (one: number, other: number): boolean => one < half !== other < half
  const connecting = costOf(
    () => {
      mesh.open()
    },
    () => true,
  )
  const [author, left, right] = [0, 1, -1].map((at) => circle.devices.at(at))
  if (author === undefined || left === undefined || right === undefined) throw new RangeError('too few')
  const say = (who: Participant): void => {
    who.write(circle.everyone, { kind: 'text', text: TEXT, mentions: [] })
  }
  const sayOne = (): Cost =>
    costOf(
      () => {
        say(author)
      },
      () => haveAll(circle, author),
    )
  const firstMessage = sayOne()
  const nextMessage = sayOne()
  mesh.cut(crosses)
  for (let n = 0; n < MESSAGES_A_SIDE; n++) for (const who of [left, right]) say(who)
  circle.clock.advance(QUIET_MS)
  const healing = costOf(
    () => {
      mesh.open()
    },
    () => haveAll(circle, left) && haveAll(circle, right),
  )
  const seconds = (performance.now() - started) / 1_000
  const heapMegabytes = process.memoryUsage().heapUsed / 1e6
  return {
    devices: circle.devices.length,
    connecting,
    firstMessage,
    nextMessage,
    healing,
    seconds,
    heapMegabytes,
  }
}

function cost(circle: BigCircle, mesh: Mesh, work: () => void, done: () => boolean): Cost {
  mesh.reset()
  const started = circle.clock.elapsed()
  work()
  while (!done()) {
    circle.clock.advance(STEP_MS)
    if (circle.clock.elapsed() - started > GIVE_UP_MS) throw new Error('the circle does not converge')
  }
  const convergedMs = circle.clock.elapsed() - started
  for (let frames = -1; frames !== mesh.frames;) {
    frames = mesh.frames
    circle.clock.advance(QUIET_MS)
  }
  const count = circle.devices.length
  return { bytesADevice: mesh.bytes / count, framesADevice: mesh.frames / count, convergedMs }
}

/** Whether every device has all that `author` wrote to the circle. */
function haveAll({ devices, everyone }: BigCircle, author: Participant): boolean {
  const own = author.ownFeed(everyone)
  return own !== undefined && devices.every((device) => headOf(device, own.id) >= own.head.seq)

  function headOf(device: Participant, feed: FeedId): number {
    return device.feeds(everyone).get(feed)?.head.seq ?? 0
  }
}
