/** A network namespace whose loopback gives so many bits a second, for the time of one process and its children. */
import { spawnSync } from 'node:child_process'
import { startChild, type Child } from '../../harness/child.ts'

/** What goes out at once: two milliseconds of a gigabit, so that a busy machine looks in time. */
const BURST_BYTES = 262_144
/** How long packets wait at most; those that would wait longer are lost. */
const QUEUE_MS = 100
const MTU_BYTES = 1_500

/** Why there can be none here; undefined where there can. */
export function missingLine(): string | undefined {
  const name = nameOf('probe')
  try {
    ip('netns', 'add', name)
    shape(name, 1_000_000_000)
    return undefined
  } catch (cause) {
    return `needs network namespaces and sch_tbf, as root (${cause instanceof Error ? cause.message : ''})`
  } finally {
    spawnSync('ip', ['netns', 'del', name])
  }
}

/** The work, with a process of `script` that has nothing but that loopback. */
export async function onLine<T>(
  bitsPerSecond: number,
  script: string,
  besideUrl: string,
  work: (child: Child) => Promise<T>,
): Promise<T> {
  const name = nameOf('line')
  ip('netns', 'add', name)
  try {
    shape(name, bitsPerSecond)
    const child = startChild(script, besideUrl, [], ['ip', 'netns', 'exec', name])
    try {
      return await work(child)
    } finally {
      await child.end()
    }
  } finally {
    ip('netns', 'del', name)
  }
}

function nameOf(use: string): string {
  return `triode-bench-${use}-${String(process.pid)}`
}

function shape(name: string, bitsPerSecond: number): void {
  ip('-n', name, 'link', 'set', 'lo', 'mtu', String(MTU_BYTES), 'up')
  const rate = ['rate', `${String(bitsPerSecond)}bit`]
  const queue = ['burst', String(BURST_BYTES), 'latency', `${String(QUEUE_MS)}ms`]
  run('tc', '-n', name, 'qdisc', 'add', 'dev', 'lo', 'root', 'tbf', ...rate, ...queue)
}

function ip(...args: readonly string[]): void {
  run('ip', ...args)
}

function run(program: string, ...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr.trim()}`)
}
