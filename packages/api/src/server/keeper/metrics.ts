/**
 * A keeper's figures in Prometheus' text format 0.0.4 (spec §13.11). No label and no name tells of a circle, a member, a device
 * or an address: whoever reads them learns how much there is, and no more.
 */
import type { KeepingReport } from '@triode/device'
import type { Health } from './health.ts'

interface Metric {
  readonly name: string
  readonly type: 'gauge' | 'counter'
  readonly help: string
  /** undefined: not known now. */
  readonly value: number | undefined
}

export function metricsText(report: KeepingReport, health: Health): string {
  return metricsOf(report, health)
    .flatMap(({ name, type, help, value }) =>
      value === undefined
        ? []
        : [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, `${name} ${String(value)}`],
    )
    .concat('')
    .join('\n')
}

function metricsOf(report: KeepingReport, { ok }: Health): readonly Metric[] {
  const gauge = (name: string, help: string, value: number | undefined): Metric => ({
    name: `triode_keeper_${name}`,
    type: 'gauge',
    help,
    value,
  })
  const counter = (name: string, help: string, value: number): Metric => ({
    name: `triode_keeper_${name}_total`,
    type: 'counter',
    help,
    value,
  })
  const oldest = (report.oldestForMs ?? 0) / 1_000
  return [
    gauge('up', '1 while the keeper does its work, as /health says.', ok ? 1 : 0),
    gauge('unlocked', '1 while the vault is unlocked.', report.state === 'unlocked' ? 1 : 0),
    gauge('circles', 'In how many circles this device is a keeper.', report.keeperIn),
    gauge('tunnels', 'Tunnels to other devices.', report.tunnels),
    gauge('drops', 'Drops that are held.', report.drops),
    gauge('boxes', 'Boxes that are held: one for each block of entries.', report.boxes),
    gauge('bytes', 'Bytes of messages that count against the capacity.', report.bytes),
    gauge('files', 'Files and parts of folders that are to be held.', report.blobs),
    gauge('files_whole', 'Those of which all chunks are here.', report.wholeBlobs),
    gauge('file_bytes', 'Bytes of files that count against the capacity.', report.blobBytes),
    gauge(
      'slips',
      'Acknowledgements that wait for authors, those of one device for another together.',
      report.slips,
    ),
    gauge('capacity_bytes', 'Bytes that may be held in each circle.', report.capacityBytes),
    gauge('hold_seconds', 'How long a box is held.', report.holdHours * 3_600),
    gauge('oldest_box_seconds', 'How long the oldest box has been held; 0 without any.', oldest),
    counter('boxes_taken', 'Parts of boxes taken since the start.', report.taken),
    counter('boxes_refused', 'Parts of boxes refused for want of room since the start.', report.refused),
    counter('boxes_handed_over', 'Parts of boxes handed over since the start.', report.handedOver),
    gauge('vault_bytes', 'Size of the vault.', report.vaultBytes),
    gauge('disk_free_bytes', 'Bytes free on the disk of the vault.', report.freeBytes),
    gauge('process_resident_bytes', 'Memory of the process.', process.memoryUsage.rss()),
    counter('process_cpu_seconds', 'CPU time of the process, in seconds.', cpuSeconds()),
  ]
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
