/** The role-by-action matrix (spec §5.4), cell by cell, through the log: what is allowed happens, what is not changes nothing. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  ACTION,
  CallerFault,
  invitationTag,
  mayDo,
  readersOf,
  ROLES,
  type Action,
  type ConversationId,
  type EntryHash,
  type InvitationId,
  type Payload,
  type Role,
} from '@triode/core'
import { canonicalRoster } from './canonical.ts'
import { DAY, meet, sorted, suite, World, type Person } from './world.ts'

/** Olga founded; Rita has the role of the row; Tim the role that a cell names, else member. */
interface Stage {
  readonly world: World
  readonly olga: Person
  readonly rita: Person
  readonly phone: Person
  readonly tim: Person
  /** Olga's room with Tim, and Rita if she may be in rooms. */
  readonly room: ConversationId
  /** One of Olga's. */
  readonly invitation: InvitationId
  /** What Olga did and another owner may agree to. */
  readonly acts: EntryHash[]
}

interface Column {
  /** Rows towards each role, or one row. */
  readonly towards: 'each' | 'nobody'
  /** Who does it: Rita, unless said. */
  readonly by?: (stage: Stage) => Person
  readonly prepare?: (stage: Stage) => void
  readonly payload: (stage: Stage, role: Role) => Payload
  /** Other cells that the same entry needs. */
  readonly needs?: (rita: Role, towards: Role) => boolean
}

function tag({ rita, world }: Stage): Uint8Array {
  return invitationTag(suite, rita.log.circle, world.random.bytes(16))
}

/** One column of the specification's table each; readCircle is no entry, and tested apart. */
const COLUMNS: Readonly<Record<Exclude<Action, 'readCircle'>, Column>> = {
  invite: {
    towards: 'each',
    payload: (stage, role) => ({ type: 'invite', tag: tag(stage), expires: stage.world.now + DAY, role }),
  },
  revokeOthersInvitation: {
    towards: 'nobody',
    payload: ({ invitation }) => ({ type: 'revoke-invite', invitation }),
  },
  remove: { towards: 'each', payload: ({ tim }) => ({ type: 'remove', member: tim.member }) },
  takeRole: {
    towards: 'each',
    payload: ({ tim }) => ({ type: 'role', member: tim.member, role: 'guest' }),
    needs: (rita) => mayDo(rita, 'giveRole', 'guest'),
  },
  giveRole: {
    towards: 'each',
    prepare: ({ olga, tim }) => olga.giveRole(tim, 'guest'),
    payload: ({ tim }, role) => ({ type: 'role', member: tim.member, role }),
    needs: (rita) => mayDo(rita, 'takeRole', 'guest'),
  },
  rename: { towards: 'nobody', payload: () => ({ type: 'rename', name: 'New' }) },
  createRoom: {
    towards: 'nobody',
    payload: ({ world, olga }) => ({ type: 'room', nonce: world.random.bytes(16), members: sorted([olga]) }),
  },
  joinRoom: {
    towards: 'nobody',
    by: ({ olga }) => olga,
    payload: ({ world, rita }) => ({ type: 'room', nonce: world.random.bytes(16), members: sorted([rita]) }),
  },
  changeOthersRoom: {
    towards: 'nobody',
    payload: ({ room, tim }) => ({ type: 'room-members', room, add: [], remove: sorted([tim]) }),
  },
  suspend: { towards: 'each', payload: ({ tim }) => ({ type: 'suspend', member: tim.member }) },
  restore: {
    towards: 'each',
    prepare: ({ olga, tim }) => olga.suspend(tim),
    payload: ({ tim }) => ({ type: 'restore', member: tim.member }),
  },
  transfer: { towards: 'each', payload: ({ tim }) => ({ type: 'transfer', member: tim.member }) },
  dissolve: { towards: 'nobody', payload: () => ({ type: 'dissolve' }) },
  setPolicy: { towards: 'nobody', payload: () => ({ type: 'policy', key: 'history', value: 'all' }) },
  approve: {
    towards: 'nobody',
    prepare: ({ world, olga, acts }) => {
      const otto = world.join(olga, 'Otto', 'owner')
      olga.setPolicy('approvals', '2')
      acts.push(olga.remove(world.join(olga, 'Sam')).hash)
      assert.deepEqual(olga.state.pending.length, 1, otto.nickname)
    },
    payload: ({ acts: [act] }) => {
      assert.ok(act)
      return { type: 'approve', act }
    },
    needs: (rita) => mayDo(rita, 'remove', 'member'),
  },
  addDevice: {
    towards: 'nobody',
    payload: (stage) => ({ type: 'invite-device', tag: tag(stage), expires: stage.world.now + DAY }),
  },
  revokeOwnDevice: {
    towards: 'nobody',
    payload: ({ phone }) => ({ type: 'revoke-device', device: phone.device }),
  },
  nickname: { towards: 'nobody', payload: () => ({ type: 'nickname', nickname: 'R' }) },
  leave: { towards: 'nobody', payload: () => ({ type: 'leave' }) },
}

function stageFor(role: Role, towards: Role, column: Column): Stage {
  const world = new World(`${role} ${towards}`)
  const olga = world.found('Olga')
  const rita = world.join(olga, 'Rita')
  const phone = world.addDevice(rita)
  const tim = world.join(olga, 'Tim')
  meet(olga, rita, phone, tim)
  const room = olga.room(rita, tim)
  const invitation = olga.invite()
  olga.giveRole(rita, role)
  olga.giveRole(tim, towards)
  const stage = { world, olga, rita, phone, tim, room, invitation, acts: [] }
  column.prepare?.(stage)
  meet(olga, rita, phone, tim)
  return stage
}

function check(action: keyof typeof COLUMNS, role: Role, towards: Role): void {
  const column = COLUMNS[action]
  const allowed = mayDo(role, action, towards) && (column.needs?.(role, towards) ?? true)
  const stage = stageFor(role, towards, column)
  const actor = column.by?.(stage) ?? stage.rita
  const payload = column.payload(stage, towards)
  if (allowed) {
    const { hash } = actor.says(payload)
    assert.equal(actor.log.verdict(hash), true)
    return
  }
  const [state, digest] = [actor.state, actor.log.digest()]
  assert.throws(
    () => actor.says(payload),
    (error) => error instanceof CallerFault,
  )
  assert.equal(actor.state, state)
  assert.deepEqual(actor.log.digest(), digest)
  const hash = actor.forges(payload)
  assert.ok(actor.state.refused.has(hash))
  assert.deepEqual(canonicalRoster(actor.state), canonicalRoster(state))
}

describe('The role matrix', () => {
  for (const action of Object.keys(COLUMNS) as (keyof typeof COLUMNS)[]) {
    for (const role of ROLES) {
      const towards = COLUMNS[action].towards === 'each' ? ROLES : (['member'] as const)
      for (const other of towards) {
        const whom = COLUMNS[action].towards === 'each' ? `, towards ${other}` : ''
        it(`${action} by ${role}${whom}: ${mayDo(role, action, other) ? 'allowed' : 'refused'}`, () => {
          check(action, role, other)
        })
      }
    }
  }

  for (const role of ROLES) {
    it(`readCircle by ${role}: ${mayDo(role, 'readCircle') ? 'allowed' : 'refused'}`, () => {
      const { olga, rita, phone } = stageFor(role, 'member', COLUMNS.leave)
      const { conversations } = olga.state
      for (const id of [conversations.circle, conversations.direct(olga.member, rita.member)]) {
        const readers = readersOf(olga.state, id, olga.member)
        for (const device of [rita.device, phone.device]) {
          assert.equal(readers.includes(device), mayDo(role, 'readCircle'))
        }
      }
    })
  }

  it('has all actions', () => {
    assert.deepEqual(new Set([...Object.keys(COLUMNS), 'readCircle']), new Set(Object.values(ACTION)))
  })
})
