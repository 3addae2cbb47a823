#!/usr/bin/env node
/** The executable of the CLI. */
import { fileURLToPath } from 'node:url'
import { run } from './run.ts'

const { argv, env, stdin, stdout, stderr } = process

/** Whoever reads us may stop reading, as `head` does: that is no failure. */
stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1)
})

function becomeDaemon(args: readonly string[]): never {
  const daemon = fileURLToPath(import.meta.resolve('@triode/api/daemon'))
  if (!process.execve) throw new Error('this system cannot replace a process: use `./triode start`')
  return process.execve(process.execPath, [process.execPath, ...process.execArgv, daemon, ...args])
}

process.exitCode = await run({ argv: argv.slice(2), env, stdin, stdout, stderr, now: Date.now, becomeDaemon })
