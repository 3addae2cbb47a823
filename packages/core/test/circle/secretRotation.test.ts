/** The circle secret changes when somebody is out: who was put out recognises nobody any more, and the others go on meeting. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  compareSecrets,
  encodeSecretEntry,
  endedDigest,
  MAX_KEPT_SECRETS,
  OLD_SECRET_ANSWERS_MS,
  Unavailable,
} from '@triode/core'
import { suite } from './world.ts'
import { Village, type Resident } from './rotating.ts'

const OLD_SECRET_DAYS = OLD_SECRET_ANSWERS_MS / 86_400_000

function village(): { town: Village; all: [Resident, Resident, Resident, Resident, Resident] } {
  const town = new Village()
  const all = town.people(['Ada', 'admin'], ['Ben', 'member'], ['Cy', 'member'], ['Gus', 'guest'])
  return { town, all: all as [Resident, Resident, Resident, Resident, Resident] }
}

/** All have one and the same current secret, which `outsiders` don't have, and can call each other. */
function assertAtOne(members: readonly Resident[], outsiders: readonly Resident[] = []): void {
  const [first] = members
  assert.ok(first)
  for (const member of members) {
    assert.deepEqual(member.secrets.current.secret, first.secrets.current.secret, member.person.nickname)
    for (const other of members) if (other !== member) assert.ok(member.reaches(other))
    for (const outsider of outsiders) {
      const stolen = outsider.secrets.all().map(({ secret }) => secret.toHex())
      assert.ok(!stolen.includes(member.secrets.current.secret.toHex()), 'an outsider has the secret')
      assert.ok(!outsider.recognises(member), `${outsider.person.nickname} still recognises`)
    }
  }
}

describe('the circle secret', () => {
  it('is the one that the circle was made with, as long as nobody is out', () => {
    const { town, all } = village()
    town.pass(15)
    assertAtOne(all)
    for (const { generation } of all) assert.equal(generation, 0)
  })

  it('changes at once with a removal: the removed device, with all that it has, recognises nobody', () => {
    const { town, all } = village()
    const [olga, ada, ben, cy, gus] = all
    assert.ok(cy.recognises(olga), 'as long as it is in')
    town.leaves(cy)
    olga.says({ type: 'remove', member: cy.person.member })
    assert.equal(olga.generation, 1)
    town.pass(2)
    assertAtOne([olga, ada, ben, gus], [cy])
    town.comesBack(cy)
    town.pass(3)
    assertAtOne([olga, ada, ben, gus], [cy])
    assert.equal(cy.generation, 0)
  })

  it('is answered in its old form only while some device may know no other', () => {
    const { town, all } = village()
    const [olga, ada, ben, cy, gus] = all
    town.leaves(gus, cy)
    olga.says({ type: 'remove', member: cy.person.member })
    town.pass(2)
    assert.ok(cy.recognises(olga), 'Gus knows no other name yet')
    town.comesBack(gus)
    town.pass(3)
    assertAtOne([olga, ada, ben, gus], [cy])
  })

  it('is answered in its old form for 30 days at most; who comes later is called by the others, and meets all', () => {
    const { town, all } = village()
    const [olga, ada, ben, cy, gus] = all
    town.leaves(gus, cy)
    olga.says({ type: 'remove', member: cy.person.member })
    town.pass(2)
    town.skip(OLD_SECRET_DAYS)
    town.pass(1)
    for (const member of [olga, ada, ben]) assert.ok(!cy.recognises(member))
    assert.ok(!gus.reaches(olga))
    assert.ok(olga.reaches(gus))
    town.comesBack(gus)
    town.pass(3)
    assertAtOne([olga, ada, ben, gus], [cy])
  })

  it('finds a device that was away through five changes', () => {
    for (const days of [1, OLD_SECRET_DAYS + 1]) {
      const town = new Village()
      const names = ['P', 'Q', 'R', 'S', 'T'].map((name) => [name, 'member'] as const)
      const [olga, ben, ...out] = town.people(['Ben', 'member'], ...names)
      assert.ok(olga !== undefined && ben !== undefined)
      town.leaves(ben)
      for (const resident of out) {
        town.leaves(resident)
        olga.says({ type: 'remove', member: resident.person.member })
        town.skip(days)
        town.pass(2)
      }
      assert.equal(olga.generation, 5)
      assert.equal(ben.generation, 0)
      town.comesBack(ben)
      town.pass(15)
      assertAtOne([olga, ben], out)
    }
  })

  it('changes by an owner or admin when somebody leaves, after a time that each has of its own', () => {
    const { town, all } = village()
    const [olga, ada, ben, cy, gus] = all
    cy.says({ type: 'leave' })
    town.pass(1)
    assert.equal(olga.generation, 0, 'nobody hurries: it may be on its way')
    town.leaves(cy)
    town.pass(3)
    assert.equal(olga.generation, 1)
    town.pass(15)
    assertAtOne([olga, ada, ben, gus], [cy])
    assert.equal(olga.generation, 1, 'once')
  })

  it('changes by the next one when the first is away', () => {
    const { town, all } = village()
    const [olga, ada, ben, cy, gus] = all
    town.leaves(olga)
    cy.says({ type: 'leave' })
    town.pass(6)
    town.leaves(cy)
    town.pass(1)
    assert.equal(ada.generation, 1)
    assertAtOne([ada, ben, gus])
    town.comesBack(olga)
    town.pass(15)
    assertAtOne([olga, ada, ben, gus], [cy])
    assert.equal(ada.generation, 1)
  })

  it('changes when a member is suspended, and again when it is restored, which gets it then', () => {
    const { town, all } = village()
    const [olga, ada, ben, cy, gus] = all
    olga.says({ type: 'suspend', member: ben.person.member })
    town.pass(2)
    assertAtOne([olga, ada, cy, gus], [ben])
    olga.says({ type: 'restore', member: ben.person.member })
    assert.equal(olga.generation, 2)
    town.pass(15)
    assertAtOne(all)
  })

  it('comes to one after removals on both sides of a partition, unknown to both who were removed', () => {
    const { town, all } = village()
    const [olga, ada, ben, cy, gus] = all
    const far = [ada, ben]
    olga.says({ type: 'remove', member: ben.person.member })
    ada.says({ type: 'remove', member: cy.person.member })
    town.leaves(ben, cy)
    town.pass(2, far)
    assert.equal(olga.generation, 1)
    assert.equal(ada.generation, 1)
    assert.notDeepEqual(olga.secrets.current.secret, ada.secrets.current.secret)
    town.pass(15)
    assertAtOne([olga, ada, gus], [ben, cy])
    assert.equal(olga.generation, 2)
  })

  it('keeps both of two made at once for the same removal, and one of them counts', () => {
    const { town, all } = village()
    const [olga, ada, ben, cy, gus] = all
    olga.says({ type: 'remove', member: cy.person.member })
    ada.says({ type: 'remove', member: cy.person.member })
    town.leaves(cy)
    town.pass(15)
    assertAtOne([olga, ada, ben, gus], [cy])
    for (const member of [olga, ada, ben, gus]) {
      const newest = member.secrets.all().filter(({ generation }) => generation === 1)
      assert.equal(newest.length, 2)
      assert.deepEqual([...newest].sort(compareSecrets), newest)
    }
  })

  it('changes at the next start when the device died between the removal and the change', () => {
    const { town, all } = village()
    const [olga, ada, ben, cy, gus] = all
    olga.saysAndDies({ type: 'remove', member: cy.person.member })
    const again = town.restart(olga)
    assert.equal(again.generation, 0)
    again.tick()
    assert.equal(again.generation, 1)
    town.leaves(cy)
    town.pass(15)
    assertAtOne([again, ada, ben, gus], [cy])
  })

  it('changes when there is room again, when the disk was full at the removal', () => {
    const { town, all } = village()
    const [olga, ada, ben, cy, gus] = all
    olga.saysAndDies({ type: 'remove', member: cy.person.member })
    olga.store.full = true
    olga.rotation.signed()
    assert.throws(() => {
      olga.rotation.tick()
    }, isDiskFull)
    assert.equal(olga.generation, 0)
    olga.store.full = false
    town.leaves(cy)
    town.pass(3)
    assertAtOne([olga, ada, ben, gus], [cy])
  })

  it('is not taken from members, guests, or who is out', () => {
    const { town, all } = village()
    const [olga, ada, ben, cy, gus] = all
    for (const liar of [ben, gus]) liar.participant.writeControl(bogus(7))
    town.pass(3)
    for (const member of all) assert.equal(member.secrets.all().length, 1)
    town.leaves(ada)
    olga.says({ type: 'remove', member: ada.person.member })
    town.pass(2)
    ada.participant.writeControl(bogus(9))
    town.comesBack(ada)
    town.pass(3)
    assertAtOne([olga, ben, cy, gus], [ada])
    assert.equal(olga.generation, 1)
  })

  it('cannot be used up, nor kept from changing, by an admin who writes without end; that one is removed like others', () => {
    const { town, all } = village()
    const [olga, ada, ben, cy, gus] = all
    ada.participant.writeControl(bogus(Number.MAX_SAFE_INTEGER))
    town.pass(1)
    assert.equal(olga.generation, 0, 'nobody is so far ahead')
    for (let more = 1; more <= 3 * MAX_KEPT_SECRETS; more++) ada.participant.writeControl(bogus(more))
    const before = olga.published
    town.pass(3)
    for (const member of [olga, ben, cy, gus]) {
      assert.ok(member.secrets.all().length <= MAX_KEPT_SECRETS)
      assert.equal(member.secrets.first.generation, 0)
    }
    assert.ok(olga.published <= before + 4, 'a card a minute')
    town.leaves(ada)
    olga.says({ type: 'remove', member: ada.person.member })
    town.pass(15)
    assertAtOne([olga, ben, cy, gus], [ada])
  })

  it('takes no notice of other entries, and of what makes no sense', () => {
    const { town, all } = village()
    const [olga, ada] = all
    const whole = encodeSecretEntry({ generation: 1, secret: new Uint8Array(32), covers: new Uint8Array(0) })
    for (const bytes of [
      new Uint8Array(0),
      Uint8Array.of(0xff),
      whole.subarray(0, 40),
      new Uint8Array(5_000),
    ])
      ada.participant.writeControl(bytes)
    town.pass(2)
    assert.equal(olga.secrets.all().length, 1)
  })

  it('is handed on to a device that was admitted by one who did not have it yet', () => {
    const { town, all } = village()
    const [olga, ada, ben, cy, gus] = all
    const far = [ben, gus]
    olga.says({ type: 'remove', member: cy.person.member })
    town.leaves(cy)
    const { person } = ben
    person.log = ben.log
    const guest = town.world.stranger(person, 'Dee')
    person.admit(person.invite(), guest)
    guest.learnFrom(person)
    const secrets = ben.secrets.all()
    const dee = town.wake(guest)
    for (const secret of secrets) dee.secrets.put(secret)
    town.residents.push(dee)
    town.pass(5, [...far, dee])
    assert.equal(dee.generation, 0)
    town.pass(20)
    assertAtOne([olga, ada, ben, gus, dee], [cy])
    assert.equal(olga.generation, 1, 'the same one')
  })
})

describe('a device that did not take the secret when it came', () => {
  it('is handed it again a day later, by one entry', () => {
    const { town, all } = village()
    const [olga, ada, ben, cy, gus] = all
    const { secrets } = ben
    const keep = secrets.put.bind(secrets)
    secrets.put = () => undefined
    town.leaves(cy)
    olga.says({ type: 'remove', member: cy.person.member })
    town.pass(60)
    assert.equal(ben.generation, 0)
    const before = olga.secrets.current.place
    assert.equal(before?.seq, 2, 'not yet: after the start of its epoch it is the only entry')
    secrets.put = keep
    town.skip(1)
    town.pass(3)
    assertAtOne([olga, ada, ben, gus], [cy])
    assert.equal(olga.generation, 1, 'the same one')
    const { place } = olga.secrets.current
    assert.notDeepEqual(place, before)
    town.pass(60)
    assert.deepEqual(olga.secrets.current.place, place, 'once')
  })

  it('costs nobody anything once it has been away for 30 days', () => {
    const { town, all } = village()
    const [olga, , ben, cy] = all
    town.leaves(cy, ben)
    olga.says({ type: 'remove', member: cy.person.member })
    for (let day = 0; day < OLD_SECRET_DAYS + 5; day++) {
      town.skip(1)
      town.pass(2)
    }
    const { place } = olga.secrets.current
    town.skip(2)
    town.pass(5)
    assert.deepEqual(olga.secrets.current.place, place)
  })
})

describe('a secret that only some have taken', () => {
  /** Ada suspends Cy and makes a secret, on Ben's side; on the other Olga takes her role, so that neither counts there. */
  function astray() {
    const { town, all } = village()
    const [olga, ada, ben, cy, gus] = all
    town.leaves(cy)
    olga.saysAndDies({ type: 'role', member: ada.person.member, role: 'member' })
    ada.says({ type: 'suspend', member: cy.person.member })
    town.pass(2, [ada, ben])
    assert.equal(ben.generation, 1)
    town.comesBack(cy)
    return { town, olga, ada, ben, cy, gus }
  }

  it('keeps nobody apart, and is outdone within a day', () => {
    const { town, olga, ada, ben, cy, gus } = astray()
    town.pass(3)
    for (const one of [olga, gus, cy])
      for (const other of [ada, ben]) assert.ok(one.reaches(other) && other.reaches(one))
    town.skip(1)
    town.pass(3)
    assertAtOne([olga, ada, ben, cy, gus])
    assert.ok(olga.generation >= 2)
  })

  it('is not outdone more than once a day, whatever a member’s card names', () => {
    const { town, all } = village()
    const [olga, , ben] = all
    ben.rotation.named = (before) =>
      before !== undefined && before.generation > olga.generation
        ? before
        : { generation: olga.generation + 1, tag: new Uint8Array(8).fill(olga.generation) }
    town.pass(60)
    const first = olga.generation
    town.pass(60)
    assert.equal(olga.generation, first)
    town.skip(1)
    town.pass(5)
    assert.equal(olga.secrets.all().length, 3)
  })
})

function isDiskFull(cause: unknown): boolean {
  return cause instanceof Unavailable && cause.code === 'disk-full'
}

/** A secret that covers whoever is out, as its writer says. */
function bogus(generation: number): Uint8Array {
  const secret = new Uint8Array(32).fill(generation % 251)
  return encodeSecretEntry({ generation, secret, covers: new Uint8Array(0) })
}

describe('what a secret covers', () => {
  it('says who was out, and nothing when nobody was', () => {
    const { all } = village()
    const [olga, , ben, cy] = all
    const digest = () => endedDigest(suite, olga.log.state()).toHex()
    assert.equal(digest(), '')
    olga.saysAndDies({ type: 'suspend', member: ben.person.member })
    const one = digest()
    assert.equal(one.length, 32)
    olga.saysAndDies({ type: 'suspend', member: cy.person.member })
    assert.notEqual(digest(), one)
    olga.saysAndDies({ type: 'restore', member: cy.person.member })
    assert.equal(digest(), one)
  })
})
