/** Which circle secrets to call a device with, and which to answer to (spec §5.10). */
import { equalBytes } from '../bytes.ts'
import type { Suite } from '../crypto/suite.ts'
import type { DeviceId } from '../id.ts'
import type { CardBook } from './card.ts'
import { sameSecret, type KeptSecret } from './circleSecrets.ts'
import { secretTag, type NamedSecret } from './secretRotationEntry.ts'
import type { CircleState } from './state.ts'

/**
 * An older secret is answered for no longer than this after a better one came, even if a device is not known to have that: it
 * may never come back, and whoever was put out would recognise the others for ever. Who comes later is called by the others.
 */
export const OLD_SECRET_ANSWERS_MS = 30 * 86_400_000

/** What the use of secrets follows from. */
export interface SecretView {
  readonly suite: Suite
  readonly state: CircleState
  readonly cards: Pick<CardBook, 'get'>
  readonly self: DeviceId
  /** The best first, one at least. */
  readonly kept: readonly KeptSecret[]
  /** Milliseconds since 1970. */
  readonly now: number
}

/** What the cards of the other active devices name. */
export function namedByOthers({ state, cards, self }: SecretView): NamedSecret[] {
  return [...state.devices.values()].flatMap(({ id, active }) => {
    const named = active && id !== self ? cards.get(id)?.secret : undefined
    return named ?? []
  })
}

/**
 * Those to answer to, and to be found on a LAN with, the best first: the current one, and each older one while some active device's card names nothing
 * newer, for OLD_SECRET_ANSWERS_MS at most.
 */
export function secretsToAnswer(view: SecretView): KeptSecret[] {
  const { kept, now } = view
  const oldest = namedByOthers(view).reduce((least, { generation }) => Math.min(least, generation), Infinity)
  return kept.filter(({ generation, supersededAt }, index) => {
    if (index === 0) return true
    const fresh = supersededAt === undefined || now - supersededAt < OLD_SECRET_ANSWERS_MS
    return fresh && generation >= oldest
  })
}

/**
 * Those to call `device` with, in the order to try: the current one, which tells nothing to who was put out; then, if its card names
 * another, that one, or the newest here that is not newer than what it names.
 */
export function secretsToCall(view: SecretView, device: DeviceId): KeptSecret[] {
  const { suite, cards, kept } = view
  const [current] = kept
  if (current === undefined) return []
  const named = cards.get(device)?.secret
  if (named === undefined) return [...secretsToAnswer(view)].slice(0, MAX_TRIED_UNNAMED)
  const exact = kept.find((secret) => isNamed(suite, secret, named))
  const known = exact ?? kept.find((secret) => secret.generation <= named.generation)
  return known === undefined || sameSecret(known, current) ? [current] : [current, known]
}

/** Of a device without a card that says it: of those that are answered here, which cost a call each. */
const MAX_TRIED_UNNAMED = 3

const tags = new WeakMap<KeptSecret, Uint8Array>()

/** Whether a card names `secret`. The tag is made once of what was read from the store: a card of each device is compared with it. */
export function isNamed(suite: Suite, secret: KeptSecret, named: NamedSecret): boolean {
  if (secret.generation !== named.generation) return false
  const tag = tags.get(secret) ?? secretTag(suite, secret.secret)
  tags.set(secret, tag)
  return equalBytes(tag, named.tag)
}
