/** What a command of the table is made of. */
import type { Writable } from 'node:stream'
import type { Client } from '@triode/api'
import type { Environment, PassphraseSource, Terminal } from '@triode/api/local'

/** What a command asks of the device. A running one is always used; these differ in what is done without. */
export const NEED = {
  /** A device in any state; started without channels and not unlocked. */
  any: 'any',
  /** Started without channels and unlocked: for what happens in the vault alone. */
  unlocked: 'unlocked',
  /** Started with its channels and unlocked. */
  connected: 'connected',
  /** Of no use without a running one. */
  running: 'running',
} as const
export type Need = (typeof NEED)[keyof typeof NEED]

export interface Context {
  readonly client: Client
  /** The device was running before this command and will be after it. */
  readonly running: boolean
  readonly home: string
  readonly env: Environment
  /** How this program was called: for hints of what to type next, elsewhere. */
  readonly triode: string
  /** The same, with the home where that has to be said: for hints of what to type next for this device. */
  readonly here: string
  /** The arguments in order; those of a list at the end follow one by one. */
  readonly args: readonly string[]
  readonly options: Options
  readonly passphrase: PassphraseSource
  readonly terminal: Terminal
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** For what is no document: the bytes of files. */
  readonly stdout: Writable
  /** Prints the outcome: `document` under --json, else what `text` gives. */
  readonly show: (document: unknown, text: () => string) => void
  /** A word aside, to people only. */
  readonly note: (sentence: string) => void
  /** Aborts at Ctrl-C, in commands that run until then. */
  readonly interrupted: () => AbortSignal
}

export interface Options {
  /** The value of an option that takes one. */
  readonly value: (name: string) => string | undefined
  /** The values of an option that takes several, or undefined when it was not given. */
  readonly values: (name: string) => string[] | undefined
  readonly flag: (name: string) => boolean
  /** Of an option that can be given both ways, as `--x` and `--no-x`: undefined when it was not given. */
  readonly choice: (name: string) => boolean | undefined
}

export interface Command {
  /** As commander reads it, for instance `circle create <name>`. */
  readonly usage: string
  readonly does: string
  /** Flags as commander reads them, and what they do. */
  readonly options?: readonly (readonly [flags: string, does: string])[]
  readonly need: Need | ((options: Options) => Need)
  readonly run: (context: Context) => Promise<void>
}
