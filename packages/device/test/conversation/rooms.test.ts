import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Bench, codeOf, event, eventually, join2, pair, textsIn, type TestDevice } from '../devices.ts'

let bench: Bench
let alice: TestDevice
let bob: TestDevice
let carol: TestDevice
let circle: string
before(async () => {
  bench = new Bench()
  ;({ alice, bob, circle } = await pair(bench))
  carol = await bench.make('Carol')
  await join2(alice, carol, circle)
})
after(async () => {
  await bench.end()
})

/** Whether `one` finds `where`, once that is so or no longer so. */
function finds(one: TestDevice, where: string, wanted = true): Promise<unknown> {
  return eventually(`${where} to be ${wanted ? 'there' : 'gone'}`, async () => {
    const code = await codeOf(one.device.resolve(where))
    return (code === 'no fault') === wanted ? true : undefined
  })
}

describe('a room', () => {
  let room: string
  it('is renamed by anybody in it', async () => {
    room = (await alice.device.createRoom({ circle, name: 'Picnic', members: ['Bob'] })).conversation
    await alice.device.send({ where: room, text: 'Who brings the blanket?' })
    await finds(bob, 'Picnic')
    const renamed = await bob.device.renameRoom({ where: 'Picnic', name: 'Picnic on Sunday' })
    assert.deepEqual([renamed.conversation, renamed.name], [room, 'Picnic on Sunday'])
    await finds(alice, 'Picnic on Sunday')
    for (const name of ['', ' padded', 'x'.repeat(65)])
      assert.equal(await codeOf(alice.device.renameRoom({ where: room, name })), 'name-invalid')
    assert.equal(await codeOf(carol.device.renameRoom({ where: room, name: 'Mine' })), 'not-found')
    assert.equal(await codeOf(alice.device.renameRoom({ where: 'Circle', name: 'Mine' })), 'not-a-room')
  })

  it('is filled by who made it: whoever comes knows its name and what is written from then on', async () => {
    const add = { where: room, add: ['Carol'] }
    assert.equal(await codeOf(bob.device.changeRoomMembers(add)), 'not-allowed')
    const filled = await alice.device.changeRoomMembers(add)
    assert.equal(filled.members.length, 3)
    await event(alice, 'conversation', ({ conversation }) => conversation.members.length === 3)
    const again = await alice.device.changeRoomMembers(add)
    assert.deepEqual(again.members, filled.members)
    await finds(carol, 'Picnic on Sunday')
    await alice.device.send({ where: room, text: 'Carol is here' })
    const heard = await eventually('Carol to read it', async () => {
      const all = await textsIn(carol, room)
      return all.includes('Carol is here') ? all : undefined
    })
    assert.equal(heard.includes('Who brings the blanket?'), false)
  })

  it('is left, and members are taken out of it', async () => {
    assert.equal(
      await codeOf(alice.device.changeRoomMembers({ where: room, remove: ['Alice'] })),
      'target-is-another',
    )
    await carol.device.leaveRoom(room)
    await finds(carol, room, false)
    await eventually('Alice to hear that Carol left', async () => {
      const all = await alice.device.conversations(circle)
      return all.find((one) => one.conversation === room)?.members.length === 2 ? true : undefined
    })
    assert.equal((await alice.device.changeRoomMembers({ where: room, remove: ['Carol'] })).members.length, 2)
    const left = await alice.device.changeRoomMembers({ where: room, remove: ['Bob'] })
    assert.equal(left.members.length, 1)
    await finds(bob, room, false)
    await alice.device.send({ where: room, text: 'alone at last' })
    assert.equal(await codeOf(bob.device.messages({ where: room, limit: 5 })), 'not-found')
  })

  it('has nobody in it whose role keeps out of rooms', async () => {
    const kim = await bench.make('Kim')
    await join2(alice, kim, circle, 'keeper')
    const made = await alice.device.createRoom({ circle, name: 'Duo', members: ['Bob'] })
    const attempt = alice.device.changeRoomMembers({ where: made.conversation, add: ['Kim'] })
    await assert.rejects(attempt, (fault: Error) => {
      assert.match(fault.message, /Kim is a keeper and can.t be in a room/)
      return true
    })
    await kim.device.close()
  })
})

describe('names', () => {
  it('of a circle are changed by owners and admins, and reach everybody', async () => {
    const summary = await alice.device.renameCircle({ circle, name: 'The Family' })
    assert.equal(summary.name, 'The Family')
    await eventually('Bob to hear of it', async () =>
      (await bob.device.circle(circle)).name === 'The Family' ? true : undefined,
    )
    assert.equal(await codeOf(bob.device.renameCircle({ circle, name: 'Mine' })), 'not-allowed')
    assert.equal(await codeOf(alice.device.renameCircle({ circle, name: ' ' })), 'name-invalid')
  })

  it('of oneself are one’s own affair, in each circle', async () => {
    const me = await bob.device.setNickname({ circle, nickname: 'Robert' })
    assert.deepEqual([me.name, me.me], ['Robert', true])
    await eventually('Alice to hear of it', async () =>
      (await alice.device.members(circle)).some(({ name }) => name === 'Robert') ? true : undefined,
    )
    assert.equal((await bob.device.setNickname({ circle, nickname: null })).name, undefined)
    assert.equal(await codeOf(bob.device.setNickname({ circle, nickname: 'x'.repeat(65) })), 'name-invalid')
    await bob.device.setNickname({ circle, nickname: 'Bob' })
  })
})
