/** One log is one roster: whoever has the same entries makes the same of them, at any moment. */
import type { CircleState, MembershipLog } from '@triode/core'
import { RULE } from './rule.ts'
import type { SimulatedDevice } from './simulatedDevice.ts'

/** What is looked at. */
interface Scene {
  readonly running: readonly SimulatedDevice[]
  violated(rule: string, what: string): void
}

interface Made {
  readonly roster: string
  readonly by: SimulatedDevice
}

export class Rosters {
  private readonly states = new WeakSet<CircleState>()
  /** By the heads of the log, which say what is in it. */
  private readonly made = new Map<string, Made>()

  /** Compares what came of each log that has changed since the last call. */
  look(world: Scene): void {
    for (const device of world.running) {
      const { state } = device
      if (device.hostile || this.states.has(state)) continue
      this.states.add(state)
      this.compare(world, device)
    }
  }

  /** All make the same of it without names and rooms; and those that have the names key, with them. */
  private compare(world: Scene, device: SimulatedDevice): void {
    const { log } = device.now
    const heads = [...device.state.heads].sort().join()
    this.compareAs(world, device, heads, unnamedRosterOf(log))
    if (log.names !== undefined) this.compareAs(world, device, `named ${heads}`, rosterOf(device.state))
  }

  private compareAs(world: Scene, device: SimulatedDevice, log: string, roster: string): void {
    const known = this.made.get(log)
    if (known === undefined) this.made.set(log, { roster, by: device })
    else if (known.roster !== roster)
      world.violated(
        RULE.sameMembership,
        `${device.name} and ${known.by.name} make different rosters of one log`,
      )
  }
}

/** What is left of that where names and seats don't open: at keepers. */
export function unnamedRosterOf(log: MembershipLog): string {
  const state = log.state()
  const members = new Map([...state.members].map(([id, one]) => [id, { ...one, nickname: undefined }]))
  const ofRoom = (type = ''): boolean => type.endsWith('room') || type.endsWith('room-members')
  const refused = [...state.refused].filter(([hash]) => !ofRoom(log.get(hash)?.payload.type))
  return rosterOf({ ...state, name: undefined, members, rooms: new Map(), refused: new Map(refused) })
}

/** All that a log amounts to: who is in it with which devices, rooms, policies, what waits for approvals, and what has no effect. */
export function rosterOf(state: CircleState): string {
  const { name, members, devices, rooms, policies, pending, refused, dissolved } = state
  const lists = [
    Array.from(members.values(), ({ id, role, state: is, nickname, ended }) =>
      [id, role, is, nickname, ended?.by, ended?.at].join(' '),
    ),
    Array.from(devices.values(), ({ id, member, active }) => `${id} of ${member} ${active}`),
    Array.from(rooms.values(), (room) => `${room.id} ${room.members.join()}`),
    Array.from(policies, ([key, value]) => `${key}=${value}`),
    pending.map(({ hash, approvals, needed }) => `${hash} ${approvals.join()} of ${needed}`),
    Array.from(refused, ([hash, rule]) => `${hash} ${rule}`),
  ]
  return `${name ?? ''}\n${lists.map((lines) => lines.sort().join('\n')).join('\n')}\n${dissolved?.by ?? ''}`
}
