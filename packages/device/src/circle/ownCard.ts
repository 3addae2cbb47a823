/** This device's card in a circle (spec §5.9): published when what it tells has changed, as often as others can bear. */
import {
  equalBytes,
  nextCard,
  type CardBook,
  type CircleId,
  type Clock,
  type DeviceId,
  type SealingKeys,
  type SecretRotation,
  type SigningKey,
  type Suite,
} from '@triode/core'
import { Allowance } from '../allowance.ts'
import { CARD_EVERY_MS, CARDS_AT_ONCE } from '../tuning.ts'
import { cardAddresses } from './cardAddresses.ts'
import type { CardPace } from './cardPace.ts'

export interface OwnCardContext {
  readonly suite: Suite
  readonly clock: Clock
  readonly circle: CircleId
  readonly self: DeviceId
  readonly signingKey: SigningKey
  readonly cards: CardBook
  readonly sealingKeys: SealingKeys
  readonly rotation: Pick<SecretRotation, 'named' | 'published'>
  /** Beside those of its other circles. */
  readonly pace: CardPace | undefined
  /** Whether this device is in the circle: one that is out has no card to tell of. */
  readonly isActive: () => boolean
  /** Told once it is stored. */
  readonly published: (card: Uint8Array) => void
}

export class OwnCard {
  private readonly context: OwnCardContext
  /** Of cards that tell of other addresses and nothing else. */
  private readonly moves: Allowance

  constructor(context: OwnCardContext) {
    this.context = context
    this.moves = new Allowance(context.clock, { most: CARDS_AT_ONCE, everyMs: CARD_EVERY_MS })
  }

  /** Of a circle that was just made or joined: the others can seal to this device at once. */
  publishFirst(): void {
    if (this.context.cards.get(this.context.self) === undefined) this.publish([])
  }

  /**
   * Publishes a card if addresses, the sealing key or the secret that it names have changed.
   * @param reached where this device is reached: a card tells some if they are many
   * @param isStarting some may still be to come: those that were told before stay told, unless there are new ones
   */
  publish(reached: readonly string[], isStarting = false): void {
    const { suite, clock, circle, self, signingKey, cards, sealingKeys, rotation, pace } = this.context
    if (!this.context.isActive()) return
    const now = clock.now()
    const known = cards.get(self)
    const told = cardAddresses(reached)
    const isNothingNew = known !== undefined && told.every((one) => known.addresses.includes(one))
    const addresses = isStarting && isNothingNew ? known.addresses : told
    if (known !== undefined && pace?.isFree(circle) === false) return
    sealingKeys.rotateIfDue(now)
    const { generation, key } = sealingKeys.current
    // After a restore the others know a card of a key that is gone, perhaps of the same generation.
    const sameKey = known?.sealingGeneration === generation && equalBytes(known.sealingKey, key.publicKey)
    const secret = rotation.named(known?.secret)
    const sameSecret = known?.secret === secret
    const sameAddresses = known?.addresses.join() === addresses.join()
    if (sameKey && sameSecret && (sameAddresses || !this.moves.take())) return
    const card = nextCard(suite, signingKey, circle, cards, {
      sealingGeneration: generation,
      sealingKey: key.publicKey,
      addresses,
      secret,
      at: now,
    })
    cards.put(card)
    pace?.published(circle)
    if (!sameSecret) rotation.published(known?.secret)
    this.context.published(card)
  }
}
