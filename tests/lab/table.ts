/** `npm run lab [KIND...]`: tries each network with each, prints the table and keeps it in docs/guides/lab.md. Needs root. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../../scripts/demo/deviceProcess.ts'
import { checkDoctor, checkHandedOn } from './doctorWords.ts'
import { NETWORK, type Network } from './natLab.ts'
import { lacksNetworkLab } from './needs.ts'
import { ReachLab, type Reached } from './reach.ts'
import { roamTable } from './roamTable.ts'

const FORWARD = 'forward'
const GUIDE = join(ROOT, 'docs/guides/lab.md')
const TABLE = /(<!-- table -->\n)[^]*(\n<!-- end -->)/
/** Two tries to punch through a NAT that maps at random; who got no better way by then keeps the one through another. */
const PATIENCE_MS = 30_000

if (process.argv[2] === 'roam') {
  await roamTable(process.argv.slice(3))
  process.exit(0)
}

/** Each try shows a router that maps by address as it is, or not, as the nodes that are asked happen to be. */
const SECOND_PATIENCE_MS = 90_000

const all = Object.values(NETWORK)
const wanted = all.filter((network) => process.argv.length < 3 || process.argv.includes(network))

if (lacksNetworkLab() !== false) process.exit(1)
const lab = new ReachLab()
const results: Reached[] = []
try {
  await lab.start()
  for (const [index, one] of wanted.entries()) {
    for (const other of wanted.slice(index)) {
      const reached = await lab.reach(one, other, patience(one, other))
      results.push(reached)
      checkDoctor(one, reached.doctor[0])
      checkDoctor(other, reached.doctor[1])
      if (reached.steps.at(-1)?.channel === FORWARD) for (const lines of reached.doctor) checkHandedOn(lines)
      process.stdout.write(`${one} x ${other}: ${words(reached)}\n`)
    }
  }
  checkDoctor('unplugged', await lab.unplugged())
  const second = wanted.includes(NETWORK.address) ? await withSecondServer() : ''
  const strays = lab.strays()
  const text = `${table(wanted, results)}${second}\n\nPackets to anybody else, of all hosts together: ${String(strays)}.`
  process.stdout.write(`\n${text}\n`)
  if (wanted.length === all.length) {
    writeFileSync(GUIDE, readFileSync(GUIDE, 'utf8').replace(TABLE, `$1\n${text}\n$2`))
  }
} finally {
  await lab.end()
}

/** A router that maps by address shows as what it is only to nodes at several addresses. */
async function withSecondServer(): Promise<string> {
  await lab.serveAlso()
  const cells: string[] = []
  for (const other of [NETWORK.independent, NETWORK.double]) {
    const reached = await lab.reach(NETWORK.address, other, SECOND_PATIENCE_MS)
    cells.push(`address x ${other}: ${words(reached)}`)
    process.stdout.write(`two serve, ${cells.at(-1) ?? ''}\n`)
  }
  return `\n\nWith a second member in the middle that serves too, at another address: ${cells.join('; ')}.`
}

/** Nothing comes of a captive network, however long it is waited for. */
function patience(...networks: readonly Network[]): number {
  return networks.includes(NETWORK.captive) ? 10_000 : PATIENCE_MS
}

function table(networks: readonly Network[], found: readonly Reached[]): string {
  const rows = networks.map((one) => {
    const cells = networks.map((other) => {
      const reached = found.find((each) => each.one === one && each.other === other)
      return reached === undefined ? '' : words(reached)
    })
    return `| ${[one, ...cells].join(' | ')} |`
  })
  const head = `| ${['', ...networks].join(' | ')} |\n|${' --- |'.repeat(networks.length + 1)}`
  return [head, ...rows].join('\n')
}

function words({ steps, messageMs }: Reached): string {
  if (steps.length === 0) return '-'
  const message = messageMs === undefined ? 'no message' : `message ${(messageMs / 1000).toFixed(1)} s`
  return [...steps.map(({ channel, tookMs }) => `${channel} ${(tookMs / 1000).toFixed(1)} s`), message].join(
    ', ',
  )
}
