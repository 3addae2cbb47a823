/**
 * The device's report, line by line, so that each can be headed, and its state said, in the language of the page. What stands
 * behind them are versions, figures and terms, as whoever is handed the report reads them.
 */

export const REPORT_PARTS = [
  'version',
  'system',
  'process',
  'device',
  'storage',
  'channel',
  'circle',
  'tunnel',
  'warning',
  'fault',
  'page',
] as const
export type ReportPart = (typeof REPORT_PARTS)[number]

export interface ReportLine {
  readonly part: ReportPart
  /** The name of a channel, the number of a circle. */
  readonly about?: string
  /** Of the device, a channel, a circle; which side began a tunnel. */
  readonly state?: string
  /** Of a warning or a fault. */
  readonly code?: string
  readonly rest: string
}

/** Each names the groups that ReportLine has. */
const SHAPES: readonly (readonly [part: ReportPart, shape: RegExp])[] = [
  ['version', /^Triode (?<rest>.+)$/u],
  ['process', /^process: (?<rest>.+)$/u],
  ['device', /^device: (?<state>[a-z]+)(?:, (?<rest>.+))?$/u],
  ['storage', /^storage: (?<rest>.+)$/u],
  ['channel', /^channel (?<about>[^:]+): (?<state>[a-z]+)(?:, (?<rest>.+))?$/u],
  ['circle', /^circle (?<about>\d+): (?<suite>[^,]+), (?<state>[a-z]+), (?<rest>.+)$/u],
  ['tunnel', /^tunnel: (?<about>[^,]+), (?<state>dialed|accepted), (?<rest>.+)$/u],
  ['warning', /^warning: (?<code>.+)$/u],
  ['fault', /^fault: (?<code>[^,]+), (?<rest>.+)$/u],
  ['fault', /^faults: (?<state>none)$/u],
  ['page', /^page: (?<rest>.+)$/u],
  ['system', /^(?<rest>.+, Node .+)$/u],
]

/** @returns undefined of a line that this page does not know, as of a device of another version */
export function reportLine(line: string): ReportLine | undefined {
  for (const [part, shape] of SHAPES) {
    const groups = shape.exec(line)?.groups
    if (groups === undefined) continue
    const { about, state, code, suite, rest } = groups
    return {
      part,
      ...(about !== undefined && { about }),
      ...(state !== undefined && { state }),
      ...(code !== undefined && { code }),
      rest: [suite, rest].filter((one) => one !== undefined).join(', '),
    }
  }
  return undefined
}
