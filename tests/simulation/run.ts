/**
 * `npm run simulate -- [--seed S] [--schedules N] [--devices N] [--steps N] [--hostile none|replay,forge,...] [--calm] [--approvals N] [--exposure]`
 * `npm run simulate -- --files [--seed S] [--schedules N] [--devices N] [--steps N]`
 *
 * Runs schedules of the simulator and tells what broke, with the command that replays it. With --seed and without
 * --schedules: that one. With --calm nothing goes wrong in them; with --approvals so many must agree to what is grave, from 2 to 8, and such acts
 * are proposed, agreed to and taken back; with --exposure it tells how long whoever was put out goes on
 * being written to. With --files they are schedules of files, in small circles. Exit code 0 when every invariant held in all of them, 1 when one did not, 2 for wrong use.
 */
import { parseArgs } from 'node:util'
import {
  MISDEED,
  simulate,
  type Misdeed,
  type SimulationOptions,
  type SimulationReport,
  type Violation,
} from '@triode/testkit'
import { exposureOf } from './exposure.ts'
import { simulateFiles } from './files/simulateFiles.ts'
import { replayOf, scheduleOf, type Wishes } from './schedule.ts'

const SCHEDULES = 20
const MAX_TOLD = 10
/** Two that talk; and more than a thousand are no circle that is promised to work. */
const [LEAST_DEVICES, MOST_DEVICES] = [2, 1_000]
const MOST_APPROVALS = 8
const [EXIT_HELD, EXIT_BROKEN, EXIT_WRONG_USE] = [0, 1, 2]

interface Asked {
  readonly seeds: readonly string[]
  readonly wishes: Wishes
  readonly exposure: boolean
  readonly files: boolean
}

function asked(): Asked {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      schedules: { type: 'string' },
      devices: { type: 'string' },
      steps: { type: 'string' },
      hostile: { type: 'string' },
      calm: { type: 'boolean', default: false },
      approvals: { type: 'string' },
      exposure: { type: 'boolean', default: false },
      files: { type: 'boolean', default: false },
    },
  })
  const schedules = count('schedules', values.schedules)
  const [devices, steps] = [devicesOf(values.devices), count('steps', values.steps)]
  const approvals = approvalsOf(values.approvals)
  const base = values.seed ?? String(Date.now())
  const numbered = Array.from({ length: schedules ?? SCHEDULES }, (_, index) => `${base}/${index}`)
  return {
    seeds: values.seed !== undefined && schedules === undefined ? [base] : numbered,
    exposure: values.exposure,
    files: values.files,
    wishes: {
      ...(values.calm && { calm: true }),
      ...(approvals !== undefined && { approvals }),
      ...(devices !== undefined && { devices }),
      ...(steps !== undefined && { steps }),
      ...(values.hostile !== undefined && { hostile: misdeeds(values.hostile) }),
    },
  }
}

function count(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new TypeError(`--${name} takes a whole number from 1`)
  return value
}

function devicesOf(text: string | undefined): number | undefined {
  const devices = count('devices', text)
  if (devices !== undefined && (devices < LEAST_DEVICES || devices > MOST_DEVICES))
    throw new TypeError(`--devices takes a whole number from ${LEAST_DEVICES} to ${MOST_DEVICES}`)
  return devices
}

function approvalsOf(text: string | undefined): number | undefined {
  const approvals = count('approvals', text)
  if (approvals !== undefined && (approvals < 2 || approvals > MOST_APPROVALS))
    throw new TypeError(`--approvals takes a whole number from 2 to ${MOST_APPROVALS}`)
  return approvals
}

function misdeeds(text: string): Misdeed[] {
  const known = Object.values(MISDEED)
  return text === 'none'
    ? []
    : text.split(',').map((name) => {
        const misdeed = known.find((one) => one === name)
        if (misdeed === undefined) throw new TypeError(`--hostile takes none or some of ${known.join(', ')}`)
        return misdeed
      })
}

function runOne(options: SimulationOptions, reports: SimulationReport[]): boolean {
  const started = performance.now()
  try {
    const report = simulate(options)
    reports.push(report)
    const seconds = ((performance.now() - started) / 1_000).toFixed(1)
    console.log(`${summaryOf(report)}, ${seconds} s`)
    tellViolations(report.violations)
    if (report.violations.length === 0) return true
  } catch (error) {
    console.log(`seed ${options.seed}: the run itself failed:`, error)
  }
  console.log(`  replay: ${replayOf(options)}`)
  return false
}

async function runFiles(seed: string, { devices, steps }: Wishes): Promise<boolean> {
  const started = performance.now()
  const size = { ...(devices !== undefined && { devices }), ...(steps !== undefined && { steps }) }
  try {
    const { violations, sent, got, virtualMs } = await simulateFiles({ seed, ...size })
    const outcome = violations.length === 0 ? 'held' : 'BROKEN'
    const seconds = ((performance.now() - started) / 1_000).toFixed(1)
    console.log(
      `seed ${seed}: ${outcome}, ${sent} files, whole ${got} times, ${Math.round(virtualMs / 60_000)} virtual minutes, ${seconds} s`,
    )
    tellViolations(violations)
    if (violations.length === 0) return true
  } catch (error) {
    console.log(`seed ${seed}: the run itself failed:`, error)
  }
  const given = Object.entries(size).map(([name, value]) => ` --${name} ${value}`)
  console.log(`  replay: npm run simulate -- --files --seed '${seed}'${given.join('')}`)
  return false
}

function tellViolations(violations: readonly Violation[]): void {
  for (const { rule, what, step } of violations.slice(0, MAX_TOLD))
    console.log(`  ${step === undefined ? 'at rest' : `step ${step}`}: ${rule}: ${what}`)
  if (violations.length > MAX_TOLD) console.log(`  and ${violations.length - MAX_TOLD} more violations`)
}

function summaryOf(report: SimulationReport): string {
  const { seed, violations, devices, active, messages, frames, bytes, virtualMs, digest } = report
  const outcome = violations.length === 0 ? 'held' : 'BROKEN'
  const size = `${devices} devices (${active} in the end), ${messages} messages, ${frames} frames, ${bytes} bytes`
  return `seed ${seed}: ${outcome}, ${size}, ${Math.round(virtualMs / 60_000)} virtual minutes, digest ${digest.slice(0, 16)}`
}

async function main(): Promise<number> {
  let broken = 0
  try {
    const { seeds, wishes, exposure, files } = asked()
    const reports: SimulationReport[] = []
    for (const seed of seeds) {
      const held = files ? await runFiles(seed, wishes) : runOne(scheduleOf(seed, wishes), reports)
      if (!held) broken++
    }
    if (exposure) for (const line of exposureOf(reports)) console.log(line)
    if (broken > 0) console.log(`${broken} of ${seeds.length} schedules broke an invariant`)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    console.error(error.message)
    return EXIT_WRONG_USE
  }
  return broken === 0 ? EXIT_HELD : EXIT_BROKEN
}

process.exitCode = await main()
