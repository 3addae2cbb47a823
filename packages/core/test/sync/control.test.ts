/** The hidden conversation of a circle: every active device reads it, nobody else, and no person. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ROLE, utf8 } from '@triode/core'
import { Town, type Member } from './town.ts'

type Four = [Member, Member, Member, Member]

function gathered(): { town: Town; members: Four } {
  const town = new Town()
  const members = town.peopleOf([
    ['Alice', ROLE.owner],
    ['Bob', ROLE.member],
    ['Gus', ROLE.guest],
    ['Kim', ROLE.keeper],
  ]) as Four
  const [alice, ...others] = members
  for (let round = 0; round < 2; round++) for (const other of others) town.meet(alice, other)
  return { town, members }
}

describe('the control conversation', () => {
  it('is opened by every active device, guests and keepers too, and by its writer', () => {
    const { town, members } = gathered()
    const [alice, bob, gus, kim] = members
    alice.participant.writeControl(utf8('a new secret'))
    for (const other of [bob, gus, kim]) town.meet(alice, other)
    for (const { controls } of [alice, bob, gus]) assert.deepEqual(controls, ['Alice: a new secret'])
    assert.deepEqual(kim.controls, ['?: a new secret'], 'a keeper learns no name')
    kim.participant.writeControl(utf8('from the keeper'))
    town.meet(kim, gus)
    town.meet(gus, bob)
    assert.deepEqual(bob.controls, ['Alice: a new secret', 'Kim: from the keeper'], 'whoever hands it on')
    assert.deepEqual(kim.texts, [], 'a keeper reads nothing else')
  })

  it('is not opened by whom its writer knows to be removed', () => {
    const { town, members } = gathered()
    const [alice, bob, gus, kim] = members
    alice.says({ type: 'remove', member: gus.person.member })
    alice.participant.writeControl(utf8('not for Gus'))
    for (const other of [bob, kim]) town.meet(alice, other)
    // Bob has not heard that Gus is out: even what lay here before would be handed on, and can't be opened.
    const link = town.link(kim, gus)
    town.settle()
    assert.equal(link.isOpen(), false)
    const feed = alice.participant.ownFeed(alice.participant.membership.control)
    assert.ok(feed)
    const sealedTo = alice.participant.feeds(feed.conversation).epochs(feed.id)
    assert.equal(sealedTo.firstFor(gus.person.device, 1), undefined, 'nothing was sealed to Gus')
    assert.deepEqual(gus.controls, [])
    assert.deepEqual(bob.controls, ['Alice: not for Gus'])
    assert.deepEqual(kim.controls, ['?: not for Gus'])
  })

  it('is listed nowhere, and tells no face that it exists', () => {
    const { town, members } = gathered()
    const [alice, bob] = members
    const { control } = alice.participant.membership
    alice.participant.writeControl(utf8('hidden'))
    town.meet(alice, bob)
    for (const { participant } of members) assert.ok(!participant.conversations().includes(control))
    const feed = alice.participant.ownFeed(control)
    assert.ok(feed)
    assert.equal(alice.participant.conversationOfFeed(feed.id), undefined)
    for (const { events } of members) {
      const about = events.filter((event) => 'conversation' in event && event.conversation === control)
      assert.deepEqual(about, [])
    }
  })

  it('comes again when its handler fails, and then once', () => {
    const { town, members } = gathered()
    const [alice, bob] = members
    alice.participant.writeControl(utf8('try twice'))
    bob.refusesControl = true
    town.meet(alice, bob)
    assert.deepEqual(bob.controls, [])
    bob.refusesControl = false
    town.meet(alice, bob)
    assert.deepEqual(bob.controls, ['Alice: try twice'])
  })
})
