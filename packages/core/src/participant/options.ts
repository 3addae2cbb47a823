/** What a participant is made of. */
import type { Suite } from '../crypto/suite.ts'
import type { ConversationId, DeviceId, MemberId } from '../id.ts'
import type { KeeperTerms } from '../keeping/terms.ts'
import type { Clock } from '../ports/clock.ts'
import type { SigningKey } from '../ports/primitives.ts'
import type { Random } from '../ports/random.ts'
import type { SearchIndex } from '../ports/search.ts'
import type { Store } from '../ports/store.ts'
import type { FilesAtKeepers } from '../sync/host.ts'
import type { ControlHandler } from './control.ts'
import type { ParticipantEvent } from './event.ts'
import type { Membership } from './membership.ts'
import type { Share } from './storageShares.ts'

export interface ParticipantOptions {
  readonly suite: Suite
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly search: SearchIndex | undefined
  readonly membership: Membership
  readonly self: DeviceId
  readonly member: MemberId
  readonly signingKey: SigningKey
  /** Secret of the circle that breaks ties of order alike on every device. */
  readonly orderKey: Uint8Array
  /** Takes what comes in the hidden conversation; without it, that is kept and handed on, and not looked at. */
  readonly control?: ControlHandler
  /** How much each other member may fill of this device's disk; default: MEMBER_SHARE. */
  readonly memberShare?: Share
  /** What it takes for others, if it is a keeper; default: KEEPER_TERMS. */
  readonly keeperTerms?: KeeperTerms
  /** Bytes that are free on the disk of the store: of the last ones a keeper takes none. Without it, as much as there is. */
  readonly freeBytes?: () => number
  /** Whoever has the files: without, they go by no keeper. */
  readonly files?: FilesAtKeepers
  /** Drawn anew whenever the store is made or restored. */
  readonly storeIncarnation: Uint8Array
  readonly onEvent: (event: ParticipantEvent) => void
  /** An own feed begins an epoch; called in the transaction that stores it, and undone with it when it throws. */
  readonly onEpoch?: (conversation: ConversationId, epoch: number) => void
}
