/** People read sentences, not the names of rules (spec §5.5, §13.4). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CallerFault, RULE_WORDS } from '@triode/core'
import { meet, World } from './world.ts'

describe('What a person is told whom a rule refuses', () => {
  it('is a sentence and a remedy, and never the name of the rule', () => {
    const rules = Object.entries(RULE_WORDS)
    assert.ok(rules.length >= 24)
    for (const [rule, { message, remedy }] of rules) {
      const kebab = rule.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
      for (const text of [message, remedy]) {
        assert.match(text, /^[A-Z`].* .*\.$/, rule)
        assert.ok(!text.includes(rule) && (!kebab.includes('-') || !text.includes(kebab)), rule)
      }
    }
    assert.equal(new Set(rules.map(([, { message }]) => message)).size, rules.length)
  })

  it('comes with the refusal itself', () => {
    const world = new World('words')
    const alice = world.found('Alice')
    const bob = world.join(alice, 'Bob', 'keeper')
    meet(alice, bob)
    assert.throws(
      () => alice.room(bob),
      (fault) =>
        fault instanceof CallerFault &&
        fault.code === 'target-is-member' &&
        fault.message === RULE_WORDS.targetIsMember.message &&
        fault.remedy === RULE_WORDS.targetIsMember.remedy,
    )
  })
})
