/**
 * What devices come to show, looked at as each row of a timeline is written: a message stands in one place, whoever shows it and
 * whenever, and no device shows it twice.
 */
import {
  decodeRow,
  messageId,
  type ConversationId,
  type DeviceId,
  type MessageId,
  type TimelineMessage,
} from '@triode/core'
import { timelineName } from './observedStore.ts'
import type { Records } from './records.ts'
import { RULE } from './rule.ts'
import type { SimulatedDevice } from './simulatedDevice.ts'

/** What is looked at. */
interface Scene {
  readonly records: Records
  find(id: DeviceId): SimulatedDevice | undefined
  violated(rule: string, what: string): void
}

/** A message that a device shows, new or changed. */
export interface ShownRow {
  readonly device: SimulatedDevice
  readonly conversation: ConversationId
  readonly message: TimelineMessage
}

interface Written {
  readonly device: SimulatedDevice
  readonly conversation: ConversationId
  /** Order of the store: that in which messages are shown. */
  readonly position: Uint8Array
}

interface Place {
  readonly position: string
  readonly by: SimulatedDevice
}

export class ShownRows {
  /** Since the last look; a row that is written several times is looked at once. */
  private written = new Map<string, Written>()
  private bereft = new Set<SimulatedDevice>()
  private readonly places = new Map<MessageId, Place>()
  private readonly shown = new Map<SimulatedDevice, Map<number, Written>>()

  /** `device` writes or deletes a row, perhaps in a transaction that fails. */
  note(device: SimulatedDevice, conversation: ConversationId, position: Uint8Array): void {
    const row = { device, conversation, position }
    this.written.set(nameOf(row), row)
  }

  /** Checks what was written since the last call and is there. @returns it */
  look(world: Scene): ShownRow[] {
    const { written } = this
    this.written = new Map()
    return [...written.values()].flatMap((row) => (row.device.hostile ? [] : this.check(world, row)))
  }

  /** Devices on which a row that was written or deleted is not there, since the last call. */
  takeBereft(): Set<SimulatedDevice> {
    const { bereft } = this
    this.bereft = new Set()
    return bereft
  }

  private check(world: Scene, row: Written): ShownRow[] {
    const { device, conversation, position } = row
    const id = idAt(row)
    if (id === undefined) {
      this.bereft.add(device)
      return []
    }
    const message = device.participant.timeline(conversation).get(id)
    if (isOfHonest(world, id, message)) this.checkPlace(world, device, id, position)
    if (message === undefined) return []
    this.checkOnce(world, row, message)
    return [{ device, conversation, message }]
  }

  /** Of two devices that show the same messages, each in the place that all have it in, none orders them otherwise. */
  private checkPlace(world: Scene, device: SimulatedDevice, id: MessageId, at: Uint8Array): void {
    const position = at.toHex()
    const known = this.places.get(id) ?? { position, by: device }
    this.places.set(id, known)
    if (known.position !== position)
      world.violated(RULE.sameOrder, `${device.name} shows ${id} in another place than ${known.by.name} did`)
  }

  private checkOnce(world: Scene, row: Written, message: TimelineMessage): void {
    const number = world.records.of(message)?.number
    if (number === undefined) return
    const shown = this.shown.get(row.device) ?? new Map<number, Written>()
    this.shown.set(row.device, shown)
    const before = shown.get(number)
    shown.set(number, row)
    if (before === undefined || nameOf(before) === nameOf(row) || idAt(before) === undefined) return
    world.violated(RULE.onceOnly, `${row.device.name} shows message ${number} twice`)
  }
}

/** Of whom it is what stands there; undefined: nothing does, any more. */
function idAt({ device, conversation, position }: Written): MessageId | undefined {
  if (!device.running) return undefined
  const bytes = device.now.store.inner.series(timelineName(conversation)).get(position)
  const row = bytes && decodeRow(bytes)
  return row && messageId(row.feed, row.seq)
}

/** Two histories of one feed have two orders. Without `message`: the row stands where its own device does not look for it. */
function isOfHonest(world: Scene, id: MessageId, message: TimelineMessage | undefined): boolean {
  const author = message === undefined ? world.records.get(id)?.author : world.find(message.device)
  return author !== undefined && !author.hostile
}

function nameOf({ device, conversation, position }: Written): string {
  return `${device.name}/${conversation}/${position.toHex()}`
}
