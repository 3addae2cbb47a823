/** What is left at keepers, as it travels and as it lies at rest. */
import {
  createSimulationSuite,
  encodeValue,
  fromBase32,
  IntegrityFault,
  KEEPER_TERMS,
  KeptDrops,
  openBox,
  openNotice,
  type BoxPlace,
  type ConversationId,
  type DropTag,
  type FeedId,
} from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import { createSeededRandom, createVirtualClock } from '@triode/testkit'
import { Addressees } from '../../../packages/core/src/keeping/addressees.ts'
import { openSlip, sealSlip } from '../../../packages/core/src/keeping/slips.ts'
import { sealBox, sealNotice } from '../../../packages/core/src/keeping/dropKeys.ts'
import { KeptSlips } from '../../../packages/core/src/keeping/keptSlips.ts'
import { KeptTime } from '../../../packages/core/src/keeping/keptTime.ts'
import { KnownDrops } from '../../../packages/core/src/keeping/knownDrops.ts'
import { OwnDrops } from '../../../packages/core/src/keeping/ownDrops.ts'
import { alice, bob, filled, idOf, NOW } from '../../vectors/triode/cast.ts'
import { target, type Target } from '../target.ts'
import { plantedStore } from './planted.ts'

const suite = createSimulationSuite(nodePrimitives())
const random = createSeededRandom('keeping')
const CONVERSATION = idOf(16, 7) as ConversationId
const FEED = idOf(16, 8) as FeedId
const TAG = idOf(16, 9) as DropTag
const PLACE: BoxPlace = { tag: TAG, from: 3, last: 5, part: 0, final: true }
const DROP = {
  secret: filled(32, 1),
  conversation: CONVERSATION,
  device: alice.device,
  incarnation: filled(8, 2),
}
const key = suite.sealing.generate(random)

function notice() {
  const made = sealNotice(suite, random, DROP, {
    device: bob.device,
    generation: 3,
    sealingKey: key.publicKey,
  })
  if (made === undefined) throw new Error('the key is one')
  return made
}

function slip(frames: number) {
  const to = { device: bob.device, generation: 3, sealingKey: key.publicKey }
  const made = sealSlip(
    suite,
    random,
    to,
    Array.from({ length: frames }, () => filled(20, 5)),
  )
  if (made === undefined) throw new Error('the key is one')
  return made
}

function kept(input: Uint8Array): KeptDrops {
  return new KeptDrops({
    suite,
    store: plantedStore(input, { key: TAG }),
    control: CONVERSATION,
    terms: KEEPER_TERMS,
    freeBytes: () => Infinity,
    time: { now: () => NOW, stamp: () => NOW },
    memberOf: () => alice.member,
    blobsChanged: () => undefined,
  })
}

export const keepingTargets: readonly Target[] = [
  target({
    name: 'drop-box',
    covers: ['core/keeping/dropKeys.ts openBox'],
    faults: [],
    seeds: () => [sealBox(suite, random, DROP.secret, PLACE, filled(100, 3))],
    decode: (input) => openBox(suite, DROP.secret, PLACE, input),
  }),
  target({
    name: 'drop-notice',
    covers: ['core/keeping/dropKeys.ts openNotice'],
    faults: [],
    seeds: () => [notice().ciphertext],
    decode: (input) => openNotice(suite, key, { ...notice(), ciphertext: input }),
  }),
  target({
    name: 'slip',
    covers: ['core/keeping/slips.ts openSlip'],
    faults: [],
    seeds: () => [filled(60, 4), slip(0).ciphertext, slip(1).ciphertext],
    decode: (input) => openSlip(key, bob.device, { ...slip(1), ciphertext: input }),
  }),
  target({
    name: 'stored-kept-slips',
    covers: ['core/keeping/keptSlips.ts KeptSlips'],
    faults: [IntegrityFault],
    seeds: () => [encodeValue([3, filled(32, 2), filled(40, 3), NOW])],
    decode: (input) => {
      const store = plantedStore(input, { key: `${alice.device}/${bob.device}` })
      const slips = new KeptSlips({
        ...{ suite, store, control: CONVERSATION },
        freeBytes: () => Infinity,
        now: () => NOW,
        memberOf: () => alice.member,
      })
      return slips.for(alice.device).map((from) => slips.get(from, alice.device)?.generation)
    },
  }),
  target({
    name: 'stored-kept-drop',
    covers: ['core/keeping/keptDrops.ts KeptDrops', 'core/keeping/keptDropRecord.ts decodeDrop'],
    faults: [IntegrityFault],
    seeds: () => [encodeValue([fromBase32(alice.device), 3, 6, 900, 1, NOW, NOW, 2, filled(8, 1)])],
    decode: (input) => kept(input).get(TAG),
  }),
  target({
    name: 'stored-kept-time',
    covers: ['core/keeping/keptTime.ts KeptTime'],
    faults: [IntegrityFault],
    seeds: () => [encodeValue([NOW])],
    decode: (input) => {
      const store = plantedStore(input, { key: 'now' })
      return new KeptTime({ store, control: CONVERSATION, clock: createVirtualClock(NOW) }).now()
    },
  }),
  target({
    name: 'stored-addressees',
    covers: ['core/keeping/addressees.ts Addressees'],
    faults: [IntegrityFault],
    seeds: () => [encodeValue([3])],
    decode: (input) => {
      const addressees = new Addressees(plantedStore(input, { key: bob.device }), CONVERSATION)
      return [addressees.of(TAG).size, addressees.generation(TAG, bob.device)]
    },
  }),
  target({
    name: 'stored-kept-blobs',
    covers: ['core/keeping/keptBlobs.ts KeptBlobs'],
    faults: [IntegrityFault],
    seeds: () => [encodeValue([[filled(16, 4), 262_144, filled(suite.hashBytes, 5), NOW]])],
    decode: (input) => {
      const { blobs } = kept(input)
      return [blobs.of(TAG).size, blobs.all().size]
    },
  }),
  target({
    name: 'stored-own-drop',
    covers: ['core/keeping/ownDrops.ts OwnDrops'],
    faults: [IntegrityFault],
    seeds: () => [
      encodeValue([filled(32, 1), filled(16, 8), NOW, filled(32, 2), false, [filled(16, 9)], [[3, NOW]]]),
    ],
    decode: (input) =>
      new OwnDrops({
        ...{ suite, random, self: alice.device },
        store: plantedStore(input),
        clock: createVirtualClock(NOW),
      }).get({ id: FEED, conversation: CONVERSATION }),
  }),
  target({
    name: 'stored-known-drop',
    covers: ['core/keeping/knownDrops.ts KnownDrops'],
    faults: [IntegrityFault],
    seeds: () => [
      encodeValue([DROP.secret, fromBase32(CONVERSATION), fromBase32(alice.device), DROP.incarnation, NOW]),
    ],
    decode: (input) => new KnownDrops(plantedStore(input, { key: TAG }), CONVERSATION).get(TAG),
  }),
]
