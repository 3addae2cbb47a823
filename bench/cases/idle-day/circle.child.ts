/** A circle of many devices that nobody uses for a day, on a virtual clock. */
import { createSimulationSuite, decodeFrame } from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import { answerCalls } from '../../harness/child.ts'
import { makeBigCircle, type BigCircle } from '../large-circle/circle.ts'
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
  /** Sent by one device, mean, when one of them publishes a new card; how often it sends the card, and how often word of it. */
  readonly cardBytes: number
  readonly cardCopies: number
  readonly cardNotices: number
  /** Milliseconds until the last device is sent it, mean. */
  readonly cardMs: number
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
  return {
    tunnels: (2 * mesh.size) / count,
    openBytes,
    dayBytes,
    byType,
    ...renewCards(circle, mesh),
  }
}

type CardCosts = Pick<IdleCosts, 'cardBytes' | 'cardCopies' | 'cardNotices' | 'cardMs'>

function renewCards({ clock, devices, renewCard }: BigCircle, mesh: Mesh): CardCosts {
  const told = { cards: 0, notices: 0, ms: 0 }
  let lastAt = 0
  mesh.reset()
  mesh.onFrame = (bytes) => {
    const frame = decodeFrame(bytes, suite.hashBytes)
    if (frame.type === 'card-news') told.notices += frame.notices.length
    if (frame.type !== 'cards') return
    told.cards += frame.cards.length
    lastAt = clock.elapsed()
  }
  for (let index = 0; index < CARDS; index++) {
    const since = clock.elapsed()
    renewCard(index)
    clock.advance(QUIET_MS)
    told.ms += lastAt - since
  }
  const share = devices.length * CARDS
  return {
    cardBytes: mesh.bytes / share,
    cardCopies: told.cards / share,
    cardNotices: told.notices / share,
    cardMs: told.ms / CARDS,
  }
}

answerCalls({ idle })
