/** Other processes for tests about crashes and about two processes at one vault. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

/** Compiled code that the processes of one test file share: from the second on they start in a third of the time. */
const compiled = mkdtempSync(join(tmpdir(), 'triode-compiled-'))
process.once('exit', () => {
  rmSync(compiled, { recursive: true, force: true })
})

type Test = Pick<TestContext, 'after'>

export interface Child {
  /** What it prints first. */
  readonly firstLine: Promise<string>
  /** Lines printed whole until now. */
  readonly lines: readonly string[]
  /** Resolves once it has printed `count` lines whole, or has ended. */
  printed(count: number): Promise<void>
  /** SIGKILL; resolves when it is gone and all that it printed has been read. */
  kill(): Promise<void>
}

/** Opens the vault in `dir` and holds it. Each of these processes is killed when the test ends, at the latest. */
export function startHolder(t: Test, dir: string): Child {
  return start(t, 'holder', dir)
}

/** Writes transactions into the vault in `dir` for ever; prints a line after each commit. */
export function startWriter(t: Test, dir: string): Child {
  return start(t, 'writer', dir)
}

/** Changes the passphrase to and fro for ever, beginning with `passphrase`; prints each new one when it is in force. */
export function startChanger(t: Test, dir: string, passphrase: string): Child {
  return start(t, 'changer', dir, passphrase)
}

function start(t: Test, ...args: string[]): Child {
  return startProcess(t, new URL('childMain.ts', import.meta.url), ...args)
}

/** Runs `file` in a process of its own. */
export function startProcess(t: Test, file: URL, ...args: string[]): Child {
  const main = fileURLToPath(file)
  const child = spawn(process.execPath, [main, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
  })
  const lines: string[] = []
  const reader = createInterface(child.stdout)
  const firstLine = new Promise<string>((resolve) => {
    reader.on('line', (line) => {
      lines.push(line)
      resolve(line)
    })
    reader.on('close', () => resolve('ended'))
  })
  const gone = Promise.all([ended(child), new Promise((resolve) => reader.on('close', resolve))])
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await gone
  }
  t.after(kill)
  const printed = (count: number): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (lines.length >= count) resolve()
      }
      reader.on('line', look).on('close', resolve)
      look()
    })
  return { firstLine, lines, printed, kill }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.on('close', () => resolve()))
}
