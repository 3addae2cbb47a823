/**
 * How a circle is governed that asks for approvals (spec §5.12): grave acts are proposed, agreed to and taken back, beside each other
 * and too late; keepers are appointed and dismissed; names change. Only in simulations that ask for it: in the others a seed
 * stays the run that it was.
 */
import { ROLE, signEntry, type EntryHash, type Payload, type PendingAct } from '@triode/core'
import { withRunning, type Action } from './action.ts'
import { act, mayGo, pickOther, ruling, withRuling } from './membershipActions.ts'
import type { SimulatedDevice } from './simulatedDevice.ts'
import { tolerating } from './tolerating.ts'
import type { World } from './world.ts'

/** Most that an entry may name. */
const MAX_PARENTS = 16
/** A proposal to dissolve ends much, if enough agree. */
const DISSOLVES = 0.03

export const GOVERNING: Readonly<Record<string, Action>> = {
  propose: { weight: 10, run: withRuling(propose) },
  agree: { weight: 10, run: agree },
  withdraw: { weight: 6, run: withdraw },
  contend: { weight: 5, run: contend },
  agreeLate: { weight: 3, run: withRuling(agreeLate) },
  appoint: { weight: 1.5, run: withRuling((world, device) => giveRole(world, device, ROLE.keeper)) },
  dismiss: { weight: 1.5, run: withRuling((world, device) => giveRole(world, device, ROLE.member)) },
  rename: { weight: 1, run: withRuling(rename) },
  nickname: { weight: 1, run: withRunning(nickname) },
}

/** The founder, who is the owner, has so many agree to what is grave from now on. */
export function askForApprovals({ members: [founder] }: World, approvals: number): void {
  founder?.append({ type: 'policy', key: 'approvals', value: String(approvals) })
}

/** `device` takes back an act of its member. @returns whether it could */
export function takeBack(world: World, device: SimulatedDevice, proposal: EntryHash): boolean {
  if (!act(device, { type: 'withdraw', act: proposal })) return false
  world.withdrawals.note(proposal)
  return true
}

/** What a changed program signs: that `device` agrees to an act, on top of all that it knows. */
export function agreementOf(world: World, device: SimulatedDevice, proposal: EntryHash): Uint8Array {
  const { log } = device.now
  const own = log.entries().filter(({ author }) => author === device.self)
  const sequence = own.reduce((last, entry) => Math.max(last, entry.sequence), -1) + 1
  const parents = [...new Set([...own.slice(-1).map(({ hash }) => hash), ...log.heads()])]
  const payload: Payload = { type: 'approve', act: proposal }
  const at = device.clock.now()
  const draft = { circle: log.circle, sequence, parents: parents.slice(0, MAX_PARENTS), at, payload }
  return signEntry(world.suite, device.key, draft, log.names)
}

// ---- proposals

function propose(world: World, device: SimulatedDevice): void {
  const target = pickOther(world, device)
  if (target === undefined) return
  const { id: member } = target
  const acts: Payload[] = [
    ...(mayGo(world, device) ? [{ type: 'remove', member } as const] : []),
    { type: 'role', member, role: 'admin' },
    { type: 'role', member, role: 'member' },
    { type: 'transfer', member },
    ...(['links', 'forwarding'] as const).map((key): Payload => ({
      type: 'policy',
      key,
      value: world.random.pick(['none', 'members']),
    })),
  ]
  act(device, world.random.chance(DISSOLVES) ? { type: 'dissolve' } : world.random.pick(acts))
}

/** Where nothing waits that could be agreed to, or taken back. */
const proposeAny = withRuling(propose)

interface Voice {
  readonly device: SimulatedDevice
  readonly proposal: PendingAct
}

function agree(world: World): void {
  const voices = ruling(world).flatMap((device) => othersPending(device))
  if (voices.length === 0) {
    proposeAny(world)
    return
  }
  const { device, proposal } = world.random.pick(voices)
  act(device, { type: 'approve', act: proposal.hash })
}

function withdraw(world: World): void {
  const voices = world.running.flatMap((device) => ownPending(device))
  if (voices.length === 0) {
    proposeAny(world)
    return
  }
  const { device, proposal } = world.random.pick(voices)
  takeBack(world, device, proposal.hash)
}

/** The author takes it back while others agree: nobody knows what the other does. */
function contend(world: World): void {
  const voices = world.running.flatMap((device) => ownPending(device))
  if (voices.length === 0) {
    proposeAny(world)
    return
  }
  const { device: author, proposal } = world.random.pick(voices)
  const able = ruling(world).filter((device) => othersPending(device).some((voice) => isOf(voice, proposal)))
  const agreeing = world.random.shuffle(able).slice(0, 1 + world.random.int(2))
  for (const device of world.random.shuffle([author, ...agreeing])) {
    if (device === author) takeBack(world, author, proposal.hash)
    else act(device, { type: 'approve', act: proposal.hash })
  }
}

/** Somebody who knows that an act was taken back agrees all the same. */
function agreeLate(world: World, device: SimulatedDevice): void {
  const known = device.now.log
    .entries()
    .flatMap(({ payload }) => (payload.type === 'withdraw' ? payload.act : []))
  if (known.length === 0) return
  const proposal = world.random.pick(known)
  tolerating(() => {
    device.take(agreementOf(world, device, proposal))
  })
}

// ---- keepers and names

/** Of members and keepers, whom one who rules may change alone. */
function giveRole(world: World, device: SimulatedDevice, role: 'member' | 'keeper'): void {
  const from = role === ROLE.keeper ? ROLE.member : ROLE.keeper
  const members = [...device.state.members.values()]
  const able = members.filter((member) => member.state === 'active' && member.role === from)
  if (able.length === 0) return
  const { id } = world.random.pick(able)
  if (act(device, { type: 'role', member: id, role })) world.records.makeFrail(id)
}

function rename(world: World, device: SimulatedDevice): void {
  act(device, { type: 'rename', name: `circle ${world.random.int(1_000)}` })
}

function nickname(world: World, device: SimulatedDevice): void {
  act(device, { type: 'nickname', nickname: `${device.name} ${world.random.int(1_000)}` })
}

// ---- inside

function ownPending(device: SimulatedDevice): Voice[] {
  return pendingAt(device).filter(({ proposal }) => proposal.by === device.member)
}

function othersPending(device: SimulatedDevice): Voice[] {
  return pendingAt(device).filter(({ proposal: { by, target } }) => ![by, target].includes(device.member))
}

function pendingAt(device: SimulatedDevice): Voice[] {
  return device.state.pending.map((proposal) => ({ device, proposal }))
}

function isOf({ proposal }: Voice, other: PendingAct): boolean {
  return proposal.hash === other.hash
}
