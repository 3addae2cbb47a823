/** A circle of many devices that nobody uses for a day, on a virtual clock. */
import { createSimulationSuite, decodeFrame } from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import { answerCalls } from '../../harness/child.ts'
import { makeBigCircle } from '../large-circle/circle.ts'
import { Mesh } from '../large-circle/mesh.ts'

const DAY_MS = 86_400_000
const STEP_MS = 60_000
const QUIET_MS = 30_000
/** Cards that each device keeps here: those that travel; all of a thousand by a thousand fit in no memory. */
const CARDS = 2

export interface IdleCosts {
  /** Of one device, mean. */
  readonly tunnels: number
  /** Of one tunnel that opens, both ways, where both have the same log and cards and nothing was written. */
  readonly openBytes: number
  /** Sent by one device in a day, mean. */
  readonly dayBytes: number
  /** By frame, what there was. */
  readonly byType: Readonly<Record<string, number>>
  /** Sent by one device, mean, when one of them publishes a new card; and how often it sends it. */
  readonly cardBytes: number
  readonly cardCopies: number
}

const suite = createSimulationSuite(nodePrimitives())

function idle(count: number): IdleCosts {
  const circle = makeBigCircle({ devices: count, ownCards: CARDS })
  const mesh = new Mesh(circle.clock, circle.random.fork('mesh'), circle.devices)
  mesh.open()
  circle.clock.advance(QUIET_MS)
  const openBytes = mesh.bytes / mesh.size
  mesh.reset()
  const byType: Record<string, number> = {}
  mesh.onFrame = (frame) => {
    const { type } = decodeFrame(frame, suite.hashBytes)
    byType[type] = (byType[type] ?? 0) + frame.length / count
  }
  for (let passed = 0; passed < DAY_MS; passed += STEP_MS) circle.clock.advance(STEP_MS)
  const dayBytes = mesh.bytes / count
  mesh.reset()
  for (let index = 0; index < CARDS; index++) {
    circle.renewCard(index)
    circle.clock.advance(QUIET_MS)
  }
  return {
    tunnels: (2 * mesh.size) / count,
    openBytes,
    dayBytes,
    byType,
    cardBytes: mesh.bytes / count / CARDS,
    cardCopies: mesh.frames / count / CARDS,
  }
}

answerCalls({ idle })
