/** What a test needs of the machine: got if it can be, said loudly if it can't. */
import { spawnSync } from 'node:child_process'

/** Runs a program; @throws Error with its words when it fails. @returns its standard output */
export function run(command: string, ...args: readonly string[]): string {
  const { error, status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (error !== undefined) throw error
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')}: ${stderr.trim() || `exit ${String(status)}`}`)
  return stdout
}

function works(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}

/**
 * Where a program is. When it is missing, this is root and `debian` is given, installs that package first.
 * @returns its path, or undefined when it is not there
 */
export function installed(program: string, debian?: string): string | undefined {
  const there = (): string | undefined => pathOf(program)
  const path = there()
  if (path !== undefined || debian === undefined) return path
  if (process.getuid?.() !== 0 || pathOf('apt-get') === undefined) return undefined
  process.stderr.write(`installing ${debian}, which a test needs\n`)
  if (!works('apt-get', 'install', '-y', '-qq', debian)) {
    works('apt-get', 'update', '-qq')
    works('apt-get', 'install', '-y', '-qq', debian)
  }
  return there()
}

function pathOf(program: string): string | undefined {
  const { status, stdout } = spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}

/** false, or why a program can't be had here; said on stderr too. */
export function lacksProgram(program: string, debian: string): string | false {
  if (installed(program, debian) !== undefined) return false
  return aloud(`${program} (Debian: ${debian}) is missing and could not be installed`)
}

/** false, or why network namespaces and a packet capture can't be had here; said on stderr too. */
export function lacksNetworkLab(): string | false {
  const why = reason()
  return why === undefined ? false : aloud(why)
}

function aloud(why: string): string {
  process.stderr.write(`\n*** NOT TESTED: ${why}\n\n`)
  return why
}

function reason(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'network namespaces need root on Linux'
  if (installed('ip', 'iproute2') === undefined)
    return 'the program ip (Debian: iproute2) is missing and could not be installed'
  if (installed('tcpdump', 'tcpdump') === undefined) return 'tcpdump is missing and could not be installed'
  const probe = `triode-probe-${String(process.pid)}`
  if (!works('ip', 'netns', 'add', probe)) return 'this kernel or container forbids network namespaces'
  works('ip', 'netns', 'del', probe)
  return undefined
}
