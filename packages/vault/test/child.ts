/** Other processes for tests about crashes and about two processes at one vault. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface Child {
  /** What it prints first. */
  readonly firstLine: Promise<string>
  /** Lines printed whole until now. */
  readonly lines: readonly string[]
  /** SIGKILL; resolves when it is gone and all that it printed has been read. */
  kill(): Promise<void>
}

/** Opens the vault in `dir` and holds it. */
export function startHolder(dir: string): Child {
  return start('holder', dir)
}

/** Writes transactions into the vault in `dir` for ever; prints a line after each commit. */
export function startWriter(dir: string): Child {
  return start('writer', dir)
}

/** Changes the passphrase to and fro for ever, beginning with `passphrase`; prints each new one when it is in force. */
export function startChanger(dir: string, passphrase: string): Child {
  return start('changer', dir, passphrase)
}

function start(...args: string[]): Child {
  const main = fileURLToPath(new URL('childMain.ts', import.meta.url))
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
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
  return {
    firstLine,
    lines,
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.on('close', () => resolve()))
}
