/** How far one message of one's own has got, member by member and device by device (spec §11.6). */
import type { ConversationId, DeviceId, MemberId, MessageId } from '@triode/core'
import type { FileView } from './file.ts'
import type { MessageState, Tally } from './message.ts'

export interface DeliveryReport {
  readonly id: MessageId
  readonly conversation: ConversationId
  readonly state: MessageState
  readonly delivered: Tally
  readonly read: Tally
  /** Whom it was sealed to, without its author. */
  readonly recipients: RecipientView[]
  /** Further devices that have it: keepers, one's own, some that are out. */
  readonly holders: HolderView[]
  /** Files and folders that it brings: who has all of each, and why no keeper has it. */
  readonly files: FileView[]
}

/** Times are those at which this device heard of it; absent: it did not, or that was too long ago. */
export interface DeliveryTo {
  readonly state: 'waiting' | 'delivered' | 'read'
  readonly deliveredAt?: number
  readonly readAt?: number
  /**
   * While it waits: this device has a tunnel there, had one, or never had one. It may come there by way of others all the
   * same.
   */
  readonly why?: 'on-its-way' | 'away' | 'never-met'
}

export interface DeviceDeliveryView extends DeliveryTo {
  readonly device: DeviceId
  readonly online: boolean
  /** When this device had a tunnel there last; absent while it has one, or never had. */
  readonly seenAt?: number
}

/** A member has it when any of its devices has. */
export interface RecipientView extends Omit<DeliveryTo, 'why'> {
  readonly member: MemberId
  readonly name?: string
  readonly devices: DeviceDeliveryView[]
}

export interface HolderView extends DeviceDeliveryView {
  /** Absent of a device whose member is not known any more. */
  readonly member?: MemberId
  readonly name?: string
  readonly role?: string
  /** Of oneself. */
  readonly own: boolean
}
