/** What the simulation knows from outside: every message that was written, to whom it was sealed, what became of it. */
import type {
  ConversationId,
  DeviceId,
  EnvelopeTarget,
  Feed,
  MemberId,
  MessageId,
  TimelineMessage,
} from '@triode/core'
import type { SimulatedDevice } from './simulatedDevice.ts'

/** acknowledged: write() returned; unsure: the process died as it committed; refused: write() failed. */
export type Outcome = 'acknowledged' | 'unsure' | 'refused'

/** An entry, and the sealing key of each device that it was sealed to. */
export interface Sealed {
  readonly author: SimulatedDevice
  readonly sealedTo: ReadonlyMap<DeviceId, EnvelopeTarget>
  readonly outcome: Outcome
}

export interface WrittenMessage extends Sealed {
  readonly number: number
  readonly conversation: ConversationId
  readonly text: string
  readonly id: MessageId | undefined
  readonly expires: boolean
  /** What was later said about it. */
  readonly amendments: Amendment[]
  /** The author's disk was set back since, or the author left: it may be lost, though for all readers alike. */
  frail: boolean
}

export interface Amendment extends Sealed {
  readonly kind: 'edit' | 'delete' | 'reaction'
  /** Of an edit. */
  readonly text: string | undefined
}

export class Records {
  readonly messages: WrittenMessage[] = []
  private readonly byId = new Map<MessageId, WrittenMessage>()
  /** To which keys each epoch was sealed when it began, by feed and epoch. */
  private readonly epochs = new Map<string, ReadonlyMap<DeviceId, EnvelopeTarget>>()

  get nextNumber(): number {
    return this.messages.length
  }

  add(message: WrittenMessage): void {
    this.messages.push(message)
    if (message.id !== undefined) this.byId.set(message.id, message)
  }

  /** @param now to whom the entry would have been sealed if it had begun an epoch; of one that did not, the epoch's beginning counts */
  sealedBy(
    author: SimulatedDevice,
    { id, epoch }: Feed,
    now: ReadonlyMap<DeviceId, EnvelopeTarget>,
  ): ReadonlyMap<DeviceId, EnvelopeTarget> {
    const name = `${author.name}/${id}/${epoch}`
    const known = this.epochs.get(name)
    if (known === undefined) this.epochs.set(name, now)
    return known ?? now
  }

  get(id: MessageId): WrittenMessage | undefined {
    return this.byId.get(id)
  }

  /** A message of which it is not known whether it was written: by its text, which no other has. */
  byText(text: string): WrittenMessage | undefined {
    const number = /^m(\d+)[ /]/.exec(text)?.[1]
    return number === undefined ? undefined : this.messages[Number(number)]
  }

  /** Which message a device shows: by its text first, as a device that runs twice gives one id to two messages. */
  of({ text, id }: Pick<TimelineMessage, 'text' | 'id'>): WrittenMessage | undefined {
    return this.byText(text) ?? this.get(id)
  }

  acknowledgedBy(author: SimulatedDevice): WrittenMessage[] {
    return this.messages.filter((message) => message.author === author && message.outcome === 'acknowledged')
  }

  /** From now on what the devices of `author` wrote, in one conversation or in all, may be lost if nobody else has it yet. */
  makeFrail(author: MemberId, conversation?: ConversationId): void {
    for (const message of this.messages) {
      const there = conversation === undefined || message.conversation === conversation
      if (message.author.member === author && there) message.frail = true
    }
  }
}

/** To whom `device` would seal an entry in `conversation` now. */
export function sealedToNow(
  device: SimulatedDevice,
  conversation: ConversationId,
): Map<DeviceId, EnvelopeTarget> {
  const { membership } = device.participant
  const sealed = new Map<DeviceId, EnvelopeTarget>()
  for (const reader of membership.readers(conversation)) {
    const target = reader === device.self ? undefined : membership.sealingTarget(reader)
    if (target !== undefined) sealed.set(reader, target)
  }
  return sealed
}
