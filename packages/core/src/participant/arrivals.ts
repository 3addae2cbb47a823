/** What opened entries change: messages and settings, own state, and what is to go from feeds. */
import { PeerFault } from '../fault.ts'
import type { Feed } from '../feed/feed.ts'
import type { Opened } from '../feed/receive.ts'
import type { ConversationId } from '../id.ts'
import type { Change } from '../message/change.ts'
import type { ControlEntry, ControlHandler } from './control.ts'
import type { Erasures } from './erasures.ts'
import type { OpenConversation } from './openConversation.ts'
import type { ParticipantOptions } from './options.ts'
import type { OwnState } from './ownState.ts'
import type { Transactions } from './transactions.ts'

export interface ArrivalsCalls {
  readonly conversation: (id: ConversationId) => OpenConversation
  /** The same; its timeline is written at the end of the transaction. */
  readonly touch: (id: ConversationId) => OpenConversation
}

/** All of it inside the caller's transaction. */
export class Arrivals {
  private readonly options: ParticipantOptions
  private readonly erasures: Erasures
  private readonly transactions: Transactions
  private readonly ownState: OwnState
  private readonly calls: ArrivalsCalls

  constructor(
    options: ParticipantOptions,
    parts: {
      readonly erasures: Erasures
      readonly transactions: Transactions
      readonly ownState: OwnState
    },
    calls: ArrivalsCalls,
  ) {
    this.options = options
    this.erasures = parts.erasures
    this.transactions = parts.transactions
    this.ownState = parts.ownState
    this.calls = calls
  }

  /** @param receivedAt milliseconds since 1970, by this device's clock */
  apply(conversation: ConversationId, feed: Feed, opened: readonly Opened[], receivedAt: number): void {
    const { membership, control } = this.options
    const member = membership.memberOf(feed.device)
    if (member === undefined) return
    const entries = opened.map(({ seq, plaintext }): ControlEntry => ({
      feed: feed.id,
      seq,
      device: feed.device,
      member,
      plaintext,
      receivedAt,
    }))
    if (conversation === membership.control) {
      if (entries.length > 0 && control !== undefined) applyControl(control, entries)
      return
    }
    const { timeline } = this.calls.touch(conversation)
    const changes = entries.flatMap((entry) => timeline.apply(entry))
    this.follow(conversation, changes)
  }

  /** Does what changes of a timeline ask for, and tells of them. */
  follow(conversation: ConversationId, changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.kind === 'erase') this.erase(conversation, change)
      if (change.kind === 'own-state' && conversation === this.options.membership.own)
        this.ownState.apply(change)
      if (change.kind === 'refused') {
        const fault = new PeerFault(`message-${change.reason}`)
        this.transactions.tell({ type: 'fault', device: change.device, fault })
      }
    }
    const added = changes.flatMap((change) => (change.kind === 'added' ? [change.id] : []))
    if (added.length > 0) this.ownState.arrived(conversation, added)
    const told = changes.filter((change) => change.kind !== 'own-state')
    if (told.length > 0) this.transactions.tell({ type: 'changes', conversation, changes: told })
  }

  private erase(conversation: ConversationId, change: Extract<Change, { kind: 'erase' }>): void {
    try {
      this.erasures.erase(this.calls.conversation(conversation).feeds, change)
    } catch (fault) {
      if (!(fault instanceof PeerFault)) throw fault
      this.transactions.tell({ type: 'fault', device: change.proof?.device, fault })
    }
  }
}

/** Who handed an entry on answers for no fault in what it says: taken for its breach of the protocol, half of it would be kept. */
function applyControl(control: ControlHandler, entries: readonly ControlEntry[]): void {
  try {
    control.apply(entries)
  } catch (cause) {
    if (!(cause instanceof PeerFault)) throw cause
    throw new Error('what applies control entries threw a PeerFault', { cause })
  }
}
