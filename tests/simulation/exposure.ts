/** For how long whoever was put out goes on being written to, over many schedules; and what stolen states open. */
import type { SimulationReport } from '@triode/testkit'

const DAY_MS = 86_400_000

/** Lines with median, 95th percentile and maximum of what `reports` measured. */
export function exposureOf(reports: readonly SimulationReport[]): string[] {
  const exposures = reports.flatMap((report) => report.exposures)
  const guarded = reports.reduce((sum, report) => sum + report.guarded, 0)
  const thefts = reports.map((report) => report.thefts)
  const stolen = thefts.reduce((sum, { thefts: count }) => sum + count, 0)
  const days = (pick: 'oldestMs' | 'newestMs'): string =>
    (Math.max(0, ...thefts.map((theft) => theft[pick])) / DAY_MS).toFixed(1)
  return [
    `${exposures.length} times a writer learnt that a device is out`,
    `  after, in virtual seconds: ${spread(exposures.map(({ ms }) => ms / 1_000))}`,
    `  having sealed to it meanwhile, in entries: ${spread(exposures.map(({ messages }) => messages))}`,
    `${guarded} entries by writers who knew were tried with every key of every device that was out`,
    `${stolen} stolen states open entries of up to ${days('oldestMs')} days before, and ${days('newestMs')} days after the theft`,
  ]
}

function spread(values: readonly number[]): string {
  const sorted = [...values].sort((one, other) => one - other)
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1)
  return `median ${at(0.5)}, 95 of 100 ${at(0.95)}, most ${at(1)}`
}
