/** Four people of one circle: what happens to roles and members is told of them. */
import { meet, World, type Person } from './world.ts'

export interface Cast {
  readonly world: World
  readonly alice: Person
  readonly bob: Person
  readonly carol: Person
  readonly dave: Person
}

/** Alice founded; Bob is an owner too, Carol an admin, Dave a member; all know it. */
export function cast(): Cast {
  const world = new World('four people')
  const alice = world.found('Alice')
  const bob = world.join(alice, 'Bob')
  const carol = world.join(alice, 'Carol')
  const dave = world.join(alice, 'Dave')
  alice.giveRole(bob, 'owner')
  alice.giveRole(carol, 'admin')
  meet(alice, bob, carol, dave)
  return { world, alice, bob, carol, dave }
}
