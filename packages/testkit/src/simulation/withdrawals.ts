/**
 * What its author took back has no effect anywhere, unless somebody had agreed who did not know of that (spec §5.12): counted in
 * each log from the entries themselves.
 */
import type { CircleState, Entry, EntryHash, MembershipLog } from '@triode/core'
import { RULE } from './rule.ts'
import type { SimulatedDevice } from './simulatedDevice.ts'

/** What is looked at. */
interface Scene {
  readonly running: readonly SimulatedDevice[]
  violated(rule: string, what: string): void
}

/** By which more must agree to an act, or more can. */
const SETTING = new Set(['policy', 'role', 'transfer', 'admit', 'invite'])

export class Withdrawals {
  private readonly acts = new Set<EntryHash>()
  private states = new WeakSet<CircleState>()

  /** Acts that were taken back. */
  get count(): number {
    return this.acts.size
  }

  /** The author of `act` took it back, as far as it knew before it had an effect. */
  note(act: EntryHash): void {
    this.acts.add(act)
    this.states = new WeakSet()
  }

  /** Of these, those that have an effect in `log`: enough had agreed. */
  effectiveIn(log: MembershipLog): number {
    return [...this.acts].filter((act) => log.verdict(act) === true).length
  }

  /** Looks at each log that has changed since the last call. */
  look(world: Scene): void {
    if (this.acts.size === 0) return
    for (const device of world.running) {
      const { state } = device
      if (device.hostile || this.states.has(state)) continue
      this.states.add(state)
      for (const act of this.acts)
        if (hasEffectAllTheSame(device.now.log, act))
          world.violated(
            RULE.withdrawnIsOver,
            `${device.name} lets ${act} have an effect, which was taken back`,
          )
    }
  }
}

function hasEffectAllTheSame(log: MembershipLog, act: EntryHash): boolean {
  if (log.verdict(act) !== true) return false
  const entries = log.entries()
  const withEffect = (type: 'withdraw' | 'approve'): Entry[] =>
    entries.filter(
      ({ payload, hash }) => payload.type === type && payload.act === act && log.verdict(hash) === true,
    )
  const withdrawals = withEffect('withdraw')
  if (withdrawals.length === 0) return false
  const inTime = withEffect('approve').some(({ hash }) =>
    withdrawals.every((withdrawal) => !log.isAncestor(withdrawal.hash, hash)),
  )
  return !inTime && !entries.some((entry) => isSettingUndone(log, act, entry))
}

/** It was in force for the author: without it one may be enough, and an act that one is enough for has had its effect all along. */
function isSettingUndone(log: MembershipLog, act: EntryHash, { hash, payload }: Entry): boolean {
  const verdict = log.verdict(hash)
  const undone = verdict !== true && verdict !== 'enoughAgree'
  return undone && SETTING.has(payload.type) && !log.isAncestor(act, hash)
}
