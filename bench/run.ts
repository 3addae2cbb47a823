/** `npm run bench -- [CASE...] [--rounds N] [--only CONTENDER] [--quick] [--list]`: runs the named cases, or all, and keeps the results, unless it is less than all of a case. */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Case } from './harness/case.ts'
import { installRivals } from './harness/install.ts'
import { keepResult, printTable } from './harness/report.ts'
import { runCase } from './harness/rounds.ts'
import { writeScalePages } from './scale/page.ts'
import { blobStore } from './cases/blob-store/case.ts'
import { catchUp } from './cases/catch-up/case.ts'
import { dhtCost } from './cases/dht-cost/case.ts'
import { dhtThroughput } from './cases/dht-throughput/case.ts'
import { fileCopy, fileCopyDisk, fileMany } from './cases/file-copy/case.ts'
import { fileGigabit } from './cases/file-gigabit/case.ts'
import { fileMessages } from './cases/file-messages/case.ts'
import { fileSources } from './cases/file-sources/case.ts'
import { idleDay } from './cases/idle-day/case.ts'
import { idleMemory } from './cases/idle-memory/case.ts'
import { keeper } from './cases/keeper/case.ts'
import { largeCircle } from './cases/large-circle/case.ts'
import { messageLatency } from './cases/message-latency/case.ts'
import { page } from './cases/page/case.ts'
import { primitives } from './cases/primitives/case.ts'
import { reach } from './cases/reach/case.ts'
import { startUnlock } from './cases/start-unlock/case.ts'
import { tunnelSetup } from './cases/tunnel-setup/case.ts'
import { tunnelThroughput } from './cases/tunnel-throughput/case.ts'
import { vault } from './cases/vault/case.ts'

const CASES: readonly Case[] = [
  tunnelThroughput,
  tunnelSetup,
  reach,
  dhtThroughput,
  dhtCost,
  messageLatency,
  catchUp,
  startUnlock,
  idleDay,
  idleMemory,
  largeCircle,
  keeper,
  fileCopy,
  fileCopyDisk,
  fileMany,
  fileGigabit,
  fileSources,
  fileMessages,
  page,
  primitives,
  vault,
  blobStore,
]

const EXIT_DONE = 0
const EXIT_WRONG_USE = 2

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      rounds: { type: 'string' },
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  })
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds)
  const unknown = positionals.find((name) => !CASES.some((known) => known.name === name))
  if (unknown !== undefined) return refuse(`There is no case ${unknown}.`)
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0))
    return refuse('--rounds takes a whole number.')
  if (values.list) {
    for (const known of CASES) console.log(`${known.name}: ${known.question}`)
    return EXIT_DONE
  }
  const { only } = values
  const chosen = CASES.filter((known) => positionals.length === 0 || positionals.includes(known.name))
  if (!chosen.some(({ contenders }) => only === undefined || contenders.some(({ name }) => name === only)))
    return refuse(`There is no contender ${String(only)} there.`)
  if (only === undefined) installRivals(import.meta.dirname)
  for (const whole of chosen) {
    const benchCase = only === undefined ? whole : withOnly(whole, only)
    console.log(`${benchCase.name}: ${benchCase.question}`)
    const result = await runCase(benchCase, {
      quick: values.quick,
      ...(rounds === undefined ? {} : { rounds }),
    })
    printTable(result)
    if (!values.quick && only === undefined) keepResult(join(import.meta.dirname, 'results'), result)
  }
  // Their tables are made of some of these, and a test looks whether they are theirs.
  if (!values.quick && only === undefined) writeScalePages()
  return EXIT_DONE
}

/** One contender alone, of Triode's own: there is nobody that it is held against. */
function withOnly(whole: Case, only: string): Case {
  const metrics = whole.metrics.map((metric) => ({ ...metric, targets: [] }))
  return { ...whole, metrics, contenders: whole.contenders.filter(({ name }) => name === only) }
}

function refuse(sentence: string): number {
  console.error(`${sentence} Cases: ${CASES.map((known) => known.name).join(', ')}.`)
  return EXIT_WRONG_USE
}

process.exitCode = await main()
