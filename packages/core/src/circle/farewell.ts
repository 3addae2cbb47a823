/**
 * What a device that is out of the circle may still see of the log (spec §10.3): the entries that ended it and their past, so
 * that it knows by whom and when. Nothing that came later or beside them.
 */
import type { DeviceId, EntryHash } from '../id.ts'
import type { Entry } from './entry.ts'
import type { MembershipLog } from './log.ts'
import { standingOf, type CircleState, type Standing } from './state.ts'

/** The entries with an effect that ended `device`, and the approvals that gave them one; none of an active device. */
export function endingsOf(log: MembershipLog, device: DeviceId): EntryHash[] {
  const state = log.state()
  const standing = standingOf(state, device)
  if (standing === undefined || standing.standing === 'active') return []
  const entries = log.entries()
  const ends = entries.filter(
    (entry) => endsBy(state, device, standing, entry) && log.verdict(entry.hash) === true,
  )
  const hashes = new Set(ends.map(({ hash }) => hash))
  const approvals = entries.filter(({ payload }) => payload.type === 'approve' && hashes.has(payload.act))
  return [...ends, ...approvals].map(({ hash }) => hash)
}

/**
 * The entries of that past which whoever knows `known` lacks, parents first, as they were received; up to `limitBytes`.
 * @param known hashes of entries, as a locator has them; unknown ones say nothing
 */
export function farewellFor(
  log: MembershipLog,
  device: DeviceId,
  known: readonly EntryHash[],
  limitBytes: number,
): Uint8Array[] {
  const endings = endingsOf(log, device)
  if (endings.length === 0) return []
  const within = (hash: EntryHash, ends: readonly EntryHash[]): boolean =>
    ends.some((end) => end === hash || log.isAncestor(hash, end))
  const found: Uint8Array[] = []
  let left = limitBytes
  for (const { hash } of log.entries()) {
    if (!within(hash, endings) || within(hash, known)) continue
    const bytes = log.bytesOf(hash)
    if (bytes === undefined || bytes.length > left) break
    found.push(bytes)
    left -= bytes.length
  }
  return found
}

function endsBy(
  state: CircleState,
  device: DeviceId,
  { standing }: Standing,
  { payload, author }: Entry,
): boolean {
  const member = state.devices.get(device)?.member
  switch (standing) {
    case 'removed':
      return payload.type === 'remove' && payload.member === member
    case 'suspended':
      return payload.type === 'suspend' && payload.member === member
    case 'left':
      return payload.type === 'leave' && state.devices.get(author)?.member === member
    case 'revoked':
      return payload.type === 'revoke-device' && payload.device === device
    case 'dissolved':
      return payload.type === 'dissolve'
    case 'active':
      return false
  }
}
