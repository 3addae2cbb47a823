/**
 * A keeper learns no name and no conversation's members from the log (spec §5.13): neither from all that its vault holds and all
 * that came through its tunnels, decrypted, nor with all its keys.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  decodeEntry,
  decodeFrame,
  deviceIdOf,
  fromBase32,
  MembershipLog,
  NamesKey,
  StoredNamesKey,
  utf8,
  type CircleId,
  type ConversationId,
  type DeviceId,
} from '@triode/core'
import { Bench, codeOf, event, eventually, join2, type TestDevice } from '../devices.ts'
import { keysIn, noteStoreNames, steal, suite, type Stolen } from '../thief.ts'
import { messagesIn, Wiretap } from '../wiretap.ts'

/** Names that nothing else holds by chance. */
const NAMES = ['Alberta', 'Boguslaw', 'Boguslawa', 'Kaninchenbau', 'Teestube', 'Dagoberta'] as const
const KEEPER = 'Kellermeister'

describe('a keeper', () => {
  const tap = new Wiretap()
  const names = noteStoreNames()
  let bench: Bench
  let alice: TestDevice
  let bob: TestDevice
  let kim: TestDevice
  let circle: CircleId
  let room: ConversationId
  let ofKim: Stolen
  let ofBob: Stolen
  let namesKey: Uint8Array
  let kimDevice: DeviceId
  let bobDevice: DeviceId

  before(async () => {
    bench = new Bench()
    ;[alice, bob, kim] = await Promise.all([
      bench.make('Alberta'),
      bench.make('Boguslaw'),
      bench.make(KEEPER),
    ])
    circle = (await alice.device.createCircle({ name: 'Bau' })).circle
    await join2(alice, bob, circle)
    await join2(alice, kim, circle, 'keeper')
    await eventually('Kim and Bob meet', async () => (await kim.device.peers(circle))[1])
    const dan = await bench.make('Dagoberta')
    await join2(alice, dan, circle)
    await alice.device.renameCircle({ circle, name: 'Kaninchenbau' })
    await bob.device.setNickname({ circle, nickname: 'Boguslawa' })
    await eventually('Alice hears it', async () => {
      return (await alice.device.members(circle)).find(({ name }) => name === 'Boguslawa')
    })
    await dan.device.lock()
    const made = await alice.device.createRoom({
      circle,
      name: 'Teestube',
      members: ['Boguslawa', 'Dagoberta'],
    })
    room = made.conversation
    const { id } = await alice.device.send({ where: room, text: 'in the room' })
    await eventually('Kim holds it for Dan', async () => {
      const report = await alice.device.delivery(id)
      return report.holders.some(({ role }) => role === 'keeper') || undefined
    })
    await eventually('Bob reads it', async () => {
      const { messages } = await bob.device.messages({ where: room, limit: 9 })
      return messages.some((message) => message.id === id) || undefined
    })
    const entries = (await alice.device.circle(circle)).logEntries
    await eventually('Kim has the whole log', async () =>
      (await kim.device.circle(circle)).logEntries === entries ? true : undefined,
    )
    kimDevice = (await kim.device.circle(circle)).device
    bobDevice = (await bob.device.circle(circle)).device
    ofBob = await steal(bob, bench.home(), names)
    ofKim = await steal(kim, bench.home(), names)
    namesKey = new StoredNamesKey(ofBob.store, circle).get() ?? assert.fail('Bob has no names key')
  })
  after(async () => {
    await bench.end()
    tap.end()
  })

  it('is shown ids, and is shown by the name that it came with to those who may read it', async () => {
    const shown = await kim.device.members(circle)
    assert.deepEqual(
      shown.map(({ name }) => name),
      [undefined, undefined, undefined, undefined],
    )
    const { name } = await kim.device.circle(circle)
    assert.equal(name, circle.slice(0, 8))
    const found = (await alice.device.members(circle)).find(({ role }) => role === 'keeper')
    assert.equal(found?.name, KEEPER)
    assert.equal((await alice.device.circle(circle)).name, 'Kaninchenbau')
  })

  it('sets no nickname, for its role allows none', async () => {
    assert.equal(await codeOf(kim.device.setNickname({ circle, nickname: 'K' })), 'not-allowed')
    assert.equal(await codeOf(kim.device.setNickname({ circle, nickname: null })), 'not-allowed')
  })

  it('has nothing in its vault that names anybody, the circle or a room, or says what is a room', () => {
    for (const word of soughtWords()) assert.deepEqual(placesOf(ofKim, word.bytes), [], word.what)
    assert.deepEqual(namedAfterRoom(ofKim), [])
    // That it would be found: in Bob's vault all of it is.
    for (const bytes of [namesKey, utf8('Teestube')]) assert.notDeepEqual(placesOf(ofBob, bytes), [])
    assert.notDeepEqual(namedAfterRoom(ofBob), [])
    assert.notDeepEqual(placesOf(ofKim, fromBase32(bobDevice)), [], 'who is in the circle, it knows')
  })

  it('was sent nothing of it, by any way, in what is in the clear at its end of the tunnels', () => {
    const toKim = saidTo(kimDevice)
    const joins = toKim.filter(({ path }) => path === '/join')
    assert.ok(
      toKim.some(({ path }) => path === '/sync') && joins.length === 1,
      'there is something to look at',
    )
    for (const { what, bytes } of soughtWords())
      for (const { path, all } of toKim) assert.equal(all.includes(bytes), false, `${what} on ${path}`)
    const frames = tap.said
      .filter(({ peer, path }) => path === '/sync' && isKeyOf(peer, kimDevice))
      .flatMap((said) => [...messagesIn(said)])
      .map((bytes) => decodeFrame(bytes, suite.hashBytes).type)
    assert.ok(frames.includes('log-entries') && frames.includes('box'))
    assert.ok(!frames.includes('names'))
    // That it would be found: Bob was handed the key when he joined, and is told of the room.
    const toBob = Buffer.concat(saidTo(bobDevice).map(({ all }) => all))
    assert.ok(toBob.includes(namesKey) && toBob.includes(fromBase32(room)))
  })

  it('opens no name and no seat of the log with any key that it holds', () => {
    const log = MembershipLog.open({ suite, store: ofKim.store }, circle)
    assert.deepEqual([log.names, log.state().name, log.state().rooms.size], [undefined, undefined, 0])
    assert.equal(openedWith(ofKim), '')
    assert.match(openedWith(ofBob), /Alberta.*Boguslaw.*Kellermeister.*Dagoberta.*Kaninchenbau.*room/s)
  })

  it('that is made a member is given the names and rooms, while it is connected', async () => {
    await eventually('Kim is back', async () => (await kim.device.peers(circle))[0])
    const { member } = (await kim.device.members(circle)).find(({ me }) => me) ?? assert.fail()
    await alice.device.promote({ circle, member, role: 'member' })
    await eventually('Kim to read names', async () =>
      (await kim.device.circle(circle)).name === 'Kaninchenbau' ? true : undefined,
    )
    const shown = (await kim.device.members(circle)).map(({ name }) => name)
    assert.deepEqual(shown.toSorted(), ['Alberta', 'Boguslawa', 'Dagoberta', KEEPER])
    const changed = await kim.device.setNickname({ circle, nickname: 'Kim' })
    assert.equal(changed.name, 'Kim')
    assert.ok(await event(kim, 'roster'))
  })

  /** What a keeper is not to learn, as it would stand somewhere. */
  function soughtWords(): { what: string; bytes: Uint8Array }[] {
    return [
      ...NAMES.map((name) => ({ what: `name ${name}`, bytes: utf8(name) })),
      { what: 'the names key', bytes: namesKey },
      { what: 'the id of the room', bytes: fromBase32(room) },
    ]
  }

  function saidTo(device: DeviceId): { path: string; all: Buffer }[] {
    return tap.said
      .filter(({ peer }) => isKeyOf(peer, device))
      .map(({ path, parts }) => ({ path, all: Buffer.concat(parts) }))
  }

  function isKeyOf(key: string, device: DeviceId): boolean {
    return deviceIdOf(suite, Uint8Array.fromHex(key)) === device
  }

  /** Names of the maps and series of which a record's key or value has `bytes` in it. */
  function placesOf({ store, names: known }: Stolen, bytes: Uint8Array): string[] {
    return [...known].filter((name) => {
      const inMap = store.map(name).entries()
      const inSeries = store.series(name).range()
      const values = [...inMap.map(([, value]) => value), ...inSeries.map(({ value }) => value)]
      return (
        values.some((value) => Buffer.from(value).includes(bytes)) ||
        inMap.some(([key]) => utf8(key).length >= bytes.length && Buffer.from(key).includes(bytes))
      )
    })
  }

  /** Maps and series that are called after the room, and have something in them. */
  function namedAfterRoom({ store, names: known }: Stolen): string[] {
    return [...known].filter(
      (name) =>
        name.includes(room) && store.map(name).entries().length + store.series(name).range().length > 0,
    )
  }

  /** What any key in what was stolen opens in the log, in the order of the log. */
  function openedWith(stolen: Stolen): string {
    const keys = keysIn(stolen).map((key) => new NamesKey(suite, key))
    const log = MembershipLog.open({ suite, store: ofKim.store }, circle)
    return log
      .allBytes()
      .flatMap((bytes) =>
        keys.flatMap((key) => {
          const { payload } = decodeEntry(suite, bytes, key).entry
          const name = 'name' in payload ? payload.name : undefined
          const nickname = 'nickname' in payload ? payload.nickname : undefined
          return [name ?? [], nickname ?? [], payload.type === 'room' ? 'room' : []].flat()
        }),
      )
      .join('\n')
  }
})
