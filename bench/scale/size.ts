/** The table by which a keeper's machine is chosen (docs/guides/keeper.md). */
import type { FigureOf } from './figures.ts'

/** That the bench has a keeper hold, and devices that are there at once. */
const [BOXES, DEVICES] = [100_000, 1_000]

export function sizeTable(figure: FigureOf): string {
  const of = (name: string): number => figure('keeper', name)
  const [vault, counted] = [of('database'), of('counted against the capacity')]
  const tunnels = of('a tunnel, resident') * DEVICES
  const rows = [
    ['to take a box', `${cpu(of('take, CPU a box') / 1_000, 2)} of CPU`],
    ['to hand one over', `${cpu(of('hand over, CPU a box') / 1_000, 2)} of CPU`],
    [
      'a device that connects',
      `${cpu(of('a tunnel, CPU to take it'))} of CPU for its tunnel, ${cpu(of('connect, CPU a device'))} to say what there is`,
    ],
    [
      'a tunnel on which nothing goes',
      `${cpu(of('a tunnel, CPU an idle hour'), 0)} of CPU an hour, ${of('a tunnel, resident').toFixed(2)} MiB`,
    ],
    ['to take 1 MB of a file, tunnel included', `${cpu(of('file: take, CPU'))} of CPU`],
    ['to hand 1 MB over', `${cpu(of('file: hand over, CPU'))} of CPU`],
    ['memory, empty', mib(of('resident before'))],
    [
      'memory, holding all 100,000 with 1,000 devices there',
      `${mib(of('resident, all connected'))}, and ${mib(tunnels)} of tunnels`,
    ],
    ['memory at most, while a file of 200 MB came and went', mib(of('file: resident at most'))],
    [
      'the vault',
      `${vault.toFixed(0)} MB, so ${aBox(vault, 1)} a box with its share of the notices; it counts ${aBox(counted, 2)} of it against the capacity: ${(vault / counted).toFixed(1)} times what it counts`,
    ],
  ]
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(['what', 'takes']), line(['---', '---']), ...rows.map(line)].join('\n')
}

function cpu(ms: number, digits = 1): string {
  return `${ms.toFixed(digits)} ms`
}

function mib(value: number): string {
  return `${value.toFixed(0)} MiB`
}

/** @param megabytes of all of them */
function aBox(megabytes: number, digits: number): string {
  return `${((megabytes * 1_000) / BOXES).toFixed(digits)} kB`
}
