/** What the page offers to whom is what the device allows (spec §5.4). */
import assert from 'node:assert/strict'
import test from 'node:test'
import { ACTION, mayDo, ROLES as CORE_ROLES } from '@triode/core'
import * as rights from '../src/circle/rights.ts'

test('the page knows the roles of the device, in their order', () => {
  assert.deepEqual(rights.ROLES, CORE_ROLES)
})

for (const role of rights.ROLES) {
  test(`what it offers to the role ${role}`, () => {
    const allowed = (action: Parameters<typeof mayDo>[1]) =>
      rights.ROLES.filter((towards) => mayDo(role, action, towards))
    const offered = (may: (role: string, towards: string) => boolean) =>
      rights.ROLES.filter((towards) => may(role, towards))
    assert.deepEqual(rights.mayInviteAs(role), allowed(ACTION.invite))
    assert.deepEqual(rights.mayGive(role), allowed(ACTION.giveRole))
    for (const action of [ACTION.remove, ACTION.suspend, ACTION.restore, ACTION.takeRole])
      assert.deepEqual(offered(rights.mayGovern), allowed(action))
    assert.deepEqual(offered(rights.mayTransferTo), allowed(ACTION.transfer))
    assert.equal(rights.mayDissolve(role), mayDo(role, ACTION.dissolve))
    assert.equal(rights.mayRename(role), mayDo(role, ACTION.rename))
    assert.equal(rights.mayNameItself(role), mayDo(role, ACTION.nickname))
    assert.equal(rights.mayAddDevice(role), mayDo(role, ACTION.addDevice))
    assert.equal(rights.mayCreateRoom(role), mayDo(role, ACTION.createRoom))
    assert.equal(rights.mayJoinRoom(role), mayDo(role, ACTION.joinRoom))
    assert.equal(rights.mayReadCircle(role), mayDo(role, ACTION.readCircle))
  })
}

test('an owner is higher than an admin, and a keeper than nobody', () => {
  assert.equal(rights.isHigher('owner', 'admin'), true)
  assert.equal(rights.isHigher('keeper', 'guest'), false)
  assert.equal(rights.isHigher('member', 'member'), false)
})
