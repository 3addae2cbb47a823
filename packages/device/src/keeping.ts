/** What this device keeps for others, over all its circles. */
import { KEEPER_TERMS, type KeeperTerms } from '@triode/core'
import type { DeviceStatus, KeepingReport } from './service.ts'
import type { Unlocked } from './unlocked.ts'

export async function keepingReport(
  status: DeviceStatus,
  terms: Partial<KeeperTerms> | undefined,
  unlocked: Unlocked | undefined,
): Promise<KeepingReport> {
  const sum = {
    keeperIn: 0,
    drops: 0,
    boxes: 0,
    bytes: 0,
    blobs: 0,
    wholeBlobs: 0,
    blobBytes: 0,
    slips: 0,
    taken: 0,
    refused: 0,
    handedOver: 0,
  }
  let oldestForMs: number | undefined
  const circles = unlocked?.circles ?? []
  for (const { participant } of circles) {
    const { service } = participant.sync.keepers
    if (!service.isOn) continue
    const figures = participant.keeping.kept.figures()
    sum.keeperIn++
    sum.drops += figures.drops
    sum.boxes += figures.boxes
    sum.bytes += figures.bytes
    sum.blobs += figures.blobs
    sum.wholeBlobs += figures.wholeBlobs
    sum.blobBytes += figures.blobBytes
    sum.slips += figures.slips
    sum.taken += service.counts.taken
    sum.refused += service.counts.refused
    sum.handedOver += service.counts.handedOver
    if (figures.oldestForMs !== undefined) oldestForMs = Math.max(oldestForMs ?? 0, figures.oldestForMs)
  }
  return {
    state: status.state,
    otherCircles: circles.length - sum.keeperIn,
    tunnels: status.tunnels,
    ...sum,
    ...(oldestForMs !== undefined && { oldestForMs }),
    ...KEEPER_TERMS,
    ...terms,
    ...(unlocked && {
      vaultBytes: unlocked.vault.databaseBytes,
      freeBytes: await unlocked.blobs.freeBytes(),
      ...unreachable(status),
    }),
    warnings: (status.warnings ?? []).map(({ code }) => code),
  }
}

/** A keeper that others can't call may hold things for ever and hand over nothing. That its network is gone for now is no fault of its. */
export function unreachable({
  channels,
}: Pick<DeviceStatus, 'channels'>): Pick<KeepingReport, 'unreachable'> {
  if (!channels.some(({ state, code }) => state === 'on' || code === 'no-network'))
    return { unreachable: 'no-channel' }
  const isTaken = channels.some(
    ({ name, code }) => code === 'cannot-listen' || (name === 'dht' && code === 'port-taken'),
  )
  return isTaken ? { unreachable: 'cannot-listen' } : {}
}
