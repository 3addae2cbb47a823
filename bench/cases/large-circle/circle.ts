/**
 * A circle of many devices in one process, on a virtual clock. Its founder admits everyone, with real entries; then all
 * devices read the log and the cards from one object instead of a thousand equal ones: nothing changes them while anything is
 * measured. Everything else, store, feeds, keys, sync, is each device's own and the real one.
 */
import {
  CardBook,
  CircleMembership,
  consentStatement,
  createSimulationSuite,
  deviceIdOf,
  invitationTag,
  invitationIdOf,
  memberIdOf,
  MembershipLog,
  nextCard,
  Participant,
  SealingKeys,
  StoredNamesKey,
  type ConversationId,
  type DeviceId,
  type SigningKey,
  type Store,
} from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import {
  createMemoryStore,
  createSeededRandom,
  createVirtualClock,
  type SeededRandom,
  type VirtualClock,
} from '@triode/testkit'

export interface BigCircle {
  readonly clock: VirtualClock
  readonly random: SeededRandom
  readonly devices: readonly Participant[]
  readonly everyone: ConversationId
  /** The device of this index publishes another card, as it does with a new sealing key each week, or elsewhere. */
  readonly renewCard: (index: number) => void
}

export interface BigCircleOptions {
  readonly devices: number
  /** Each device reads a log and cards of its own: the same, at a greater cost. To see that it makes no difference. */
  readonly ownLogs?: boolean
  /** Each device keeps the cards of the first so many by itself, and no others: to see cards travel. */
  readonly ownCards?: number
}

const INVITATION_LIFE_MS = 86_400_000
const SECRET_BYTES = 32
const ELSEWHERE = 'tcp:192.0.2.1:4711'

const suite = createSimulationSuite(nodePrimitives())

interface Admitted {
  readonly key: SigningKey
  readonly store: Store
  readonly sealingKeys: SealingKeys
}

export function makeBigCircle({ devices: count, ownLogs = false, ownCards }: BigCircleOptions): BigCircle {
  const clock = createVirtualClock()
  const random = createSeededRandom(`a circle of ${count}`)
  const [founder, ...others] = Array.from({ length: count }, () => suite.signing.generate(random))
  if (founder === undefined) throw new RangeError('a circle has a founder')
  const log = found(founder, random, clock)
  for (const key of others) admit(log, founder, key, random, clock)
  const cards = cardsOf(log, createMemoryStore())
  const members = [founder, ...others].map((key) => publish(log, cards, key, random, clock))
  const orderKey = random.bytes(SECRET_BYTES)
  const books = members.map(({ store }) =>
    ownCards === undefined ? cards : someCards(log, cards, store, ownCards),
  )
  const devices = members.map((member, index) => {
    const own = ownLogs ? copied(log, cards, member.store) : { log, cards: books[index] ?? cards }
    return participantOf(member, own, { clock, random: random.fork(`device ${index}`), orderKey })
  })
  const renewCard = (index: number): void => {
    const [member, book, device] = [members[index], books[index], devices[index]]
    if (member === undefined || book === undefined || device === undefined)
      throw new RangeError('no such device')
    const card = renewed(log, book, member, clock)
    book.put(card)
    device.sync.cardChanged(card)
  }
  return { clock, random, devices, everyone: log.state().conversations.circle, renewCard }
}

function found(key: SigningKey, random: SeededRandom, clock: VirtualClock): MembershipLog {
  const store = createMemoryStore()
  return MembershipLog.create(
    { suite, store },
    { key, random, name: 'big', nickname: undefined, at: clock.now() },
  )
}

function admit(
  log: MembershipLog,
  founder: SigningKey,
  key: SigningKey,
  random: SeededRandom,
  clock: VirtualClock,
): void {
  const now = clock.now()
  const tag = invitationTag(suite, log.circle, random.bytes(SECRET_BYTES))
  const invitation = invitationIdOf(suite, log.circle, deviceIdOf(suite, founder.publicKey), tag)
  log.append(founder, { type: 'invite', tag, expires: now + INVITATION_LIFE_MS, role: 'member' }, now)
  const consent = key.sign(consentStatement(log.circle, invitation))
  log.append(
    founder,
    { type: 'admit', invitation, publicKey: key.publicKey, consent, nickname: undefined },
    now,
  )
}

function cardsOf(log: MembershipLog, store: Store): CardBook {
  const publicKeyOf = (device: DeviceId): Uint8Array | undefined => log.state().devices.get(device)?.publicKey
  return new CardBook({ suite, store, circle: log.circle, publicKeyOf })
}

function publish(
  log: MembershipLog,
  cards: CardBook,
  key: SigningKey,
  random: SeededRandom,
  clock: VirtualClock,
): Admitted {
  const store = createMemoryStore()
  const sealingKeys = new SealingKeys({ suite, store, circle: log.circle, random })
  sealingKeys.rotateIfDue(clock.now())
  const { generation, key: sealing } = sealingKeys.current
  const fields = {
    sealingGeneration: generation,
    sealingKey: sealing.publicKey,
    addresses: [],
    at: clock.now(),
  }
  cards.put(nextCard(suite, key, log.circle, cards, fields))
  return { key, store, sealingKeys }
}

function renewed(
  log: MembershipLog,
  book: CardBook,
  { key, sealingKeys }: Admitted,
  clock: VirtualClock,
): Uint8Array {
  const { generation, key: sealing } = sealingKeys.current
  const addresses = [ELSEWHERE]
  const fields = { sealingGeneration: generation, sealingKey: sealing.publicKey, addresses, at: clock.now() }
  return nextCard(suite, key, log.circle, book, fields)
}

/** A book with the first `count` of `cards`. */
function someCards(log: MembershipLog, cards: CardBook, store: Store, count: number): CardBook {
  const book = cardsOf(log, store)
  for (const [device] of cards.versions().slice(0, count)) {
    const bytes = cards.bytesOf(device)
    if (bytes !== undefined) book.put(bytes)
  }
  return book
}

interface Shared {
  readonly log: MembershipLog
  readonly cards: CardBook
}

function copied(log: MembershipLog, cards: CardBook, store: Store): Shared {
  if (log.names !== undefined) new StoredNamesKey(store, log.circle).put(log.names.bytes)
  const copy = MembershipLog.open({ suite, store }, log.circle)
  for (const bytes of log.allBytes()) copy.add(bytes)
  const book = cardsOf(copy, store)
  for (const [device] of cards.versions()) {
    const bytes = cards.bytesOf(device)
    if (bytes !== undefined) book.put(bytes)
  }
  return { log: copy, cards: book }
}

function participantOf(
  { key, store, sealingKeys }: Admitted,
  { log, cards }: Shared,
  of: { readonly clock: VirtualClock; readonly random: SeededRandom; readonly orderKey: Uint8Array },
): Participant {
  const self = deviceIdOf(suite, key.publicKey)
  const member = memberIdOf(self)
  return new Participant({
    ...of,
    suite,
    store,
    search: undefined,
    membership: new CircleMembership({ suite, log, cards, sealingKeys, self, member }),
    self,
    member,
    signingKey: key,
    storeIncarnation: Uint8Array.of(1),
    onEvent: (event) => {
      if (event.type === 'fault') throw event.fault
    },
  })
}
