/** What a device keeps and what it is told while joining. */
import {
  base32,
  fromBase32,
  encodeValue,
  IntegrityFault,
  PeerFault,
  type AuditEntry,
  type BlobId,
  type ConversationId,
  type DeviceId,
  type MessageId,
  type RecordMap,
} from '@triode/core'
import { AuditedCircles } from '../../../packages/device/src/audit/auditRoster.ts'
import { BLOB_PART, FileRecords, newRecord } from '../../../packages/device/src/files/fileRecords.ts'
import { StoredFileSettings } from '../../../packages/device/src/files/fileSettings.ts'
import { CircleRecords } from '../../../packages/device/src/circle/circleRecord.ts'
import { decodeHeader, encodeHeader } from '../../../packages/device/src/forward/header.ts'
import { KIND } from '../../../packages/device/src/forward/spec.ts'
import { decodeAnswer, encodeAnswer, encodeRefusal } from '../../../packages/device/src/joining/joinStream.ts'
import { PendingJoins } from '../../../packages/device/src/joining/pendingJoins.ts'
import { Settings } from '../../../packages/device/src/settings.ts'
import { alice, circle, filled, hybrid, NOW, smallLog } from '../../vectors/triode/cast.ts'
import { target, type Target } from '../target.ts'
import { plantedStore, valuesOf } from './planted.ts'

const { link, log } = smallLog()

const BLOB = base32(filled(16, 2)) as BlobId

/** Which circle came when is not what is planted. */
function valuelessMap(): RecordMap {
  const nothing = (): void => undefined
  return { get: () => undefined, set: nothing, delete: nothing, entries: () => [] }
}

export const deviceTargets: readonly Target[] = [
  target({
    name: 'forward-header',
    covers: ['device/forward/header.ts decodeHeader'],
    faults: [PeerFault],
    seeds: () =>
      Object.values(KIND).map((kind) => encodeHeader({ kind, device: base32(filled(32, 1)) as DeviceId })),
    decode: decodeHeader,
    encode: encodeHeader,
  }),
  target({
    name: 'join-answer',
    covers: ['device/joining/joinStream.ts decodeAnswer'],
    faults: [PeerFault],
    seeds: () => [encodeAnswer(filled(8, 1)), encodeRefusal('invitation-spent')],
    decode: decodeAnswer,
    encode: encodeAnswer,
  }),
  target({
    name: 'stored-audited-circle',
    covers: ['device/audit/auditRoster.ts'],
    faults: [IntegrityFault],
    seeds: () => [encodeValue(['secret', '0', `member/${alice.member}`, 'active owner'])],
    decode: (input) => {
      const entries: AuditEntry[] = []
      const sink = { append: (entry: AuditEntry) => entries.push(entry), mayAppend: () => true }
      const seen = { circle: log.circle, self: alice.device, member: alice.member, state: log.state(), log }
      const view = { ...seen, secret: 0, sealing: 0, isVerified: () => true }
      new AuditedCircles(plantedStore(input)).update(view, sink)
      return entries
    },
  }),
  target({
    name: 'stored-circle',
    covers: ['device/circle/circleRecord.ts'],
    faults: [IntegrityFault],
    seeds: () => [
      encodeValue([
        fromBase32(circle),
        'hybrid',
        filled(48, 1),
        filled(200, 2),
        fromBase32(alice.member),
        ['lan:'],
      ]),
    ],
    decode: (input) => {
      const [store, places] = [plantedStore(input), valuelessMap()]
      return new CircleRecords({
        ...store,
        map: (name) => (name === 'circles/places' ? places : store.map(name)),
      }).all()
    },
  }),
  target({
    name: 'stored-settings',
    covers: ['device/settings.ts'],
    faults: [IntegrityFault],
    seeds: () => [encodeValue(['Alice']), encodeValue([null]), encodeValue([60_000])],
    decode: (input) => new Settings(plantedStore(input)).idleLockMs,
  }),
  target({
    name: 'stored-channels-off',
    covers: [],
    faults: [IntegrityFault],
    seeds: () => [encodeValue(['lan', 'tcp']), encodeValue([])],
    // With those that nobody turned on: what is read is not what was written.
    decode: (input) => new Settings(plantedStore(input)).channelsOff,
  }),
  target({
    name: 'stored-dht',
    covers: [],
    faults: [IntegrityFault],
    seeds: () => [
      encodeValue([false, null]),
      encodeValue([true, '192.0.2.1:49737', '192.0.2.2:1', '192.0.2.3:2']),
    ],
    decode: (input) => new Settings(plantedStore(input)).dht,
  }),
  target({
    name: 'stored-name',
    covers: [],
    faults: [IntegrityFault],
    seeds: () => [encodeValue(['Alice'])],
    decode: (input) => new Settings(plantedStore(input)).name,
  }),
  target({
    name: 'stored-join',
    covers: ['device/joining/pendingJoins.ts'],
    faults: [IntegrityFault],
    seeds: () =>
      valuesOf((store) => {
        new PendingJoins(store).put(hybrid, link, {
          pkcs8: filled(48, 1),
          certificate: filled(200, 2),
          expires: NOW,
          circle,
        })
      }),
    decode: (input) => new PendingJoins(plantedStore(input)).get(hybrid, link),
  }),
  target({
    name: 'stored-file-record',
    covers: ['device/files/fileRecords.ts'],
    faults: [IntegrityFault],
    seeds: () =>
      valuesOf((store) => {
        const records = new FileRecords(store, circle)
        const conversation = base32(filled(16, 1)) as ConversationId
        const one = newRecord({
          conversation,
          from: alice.member,
          message: base32(filled(20, 2)) as MessageId,
          part: BLOB_PART.content,
          size: 5,
          usedAt: NOW,
        })
        const saving = { path: '/tmp/x', overwrite: false, mark: 'mark' }
        const sentOn = [{ by: alice.member, conversation }]
        const devices = { completeAt: [alice.device], heldAt: [alice.device] }
        records.set(BLOB, { ...one, wanted: true, saving, ...devices, sentOn })
      }),
    decode: (input) => new FileRecords(plantedStore(input, { key: BLOB }), circle).get(BLOB),
  }),
  target({
    name: 'stored-file-settings',
    covers: ['device/files/fileSettings.ts'],
    faults: [IntegrityFault],
    seeds: () =>
      valuesOf((store) => {
        store.map('settings').set('files', encodeValue([1, null, null, [['tcp', 5]]]))
      }),
    decode: (input) => new StoredFileSettings(plantedStore(input)).get(),
  }),
]
