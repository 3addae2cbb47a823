/** Where a passphrase comes from: a file, the environment, a person. Never the command line, which others can see. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CallerFault } from '@triode/core'
import type { Environment } from './home.ts'
import { ask, canAsk, type Terminal } from './terminal.ts'

export interface PassphraseSource {
  /** From --passphrase-file. */
  readonly file?: string | undefined
  readonly env: Environment
  /** Which variable of the environment; default TRIODE_PASSPHRASE. */
  readonly variable?: string
}

/**
 * @returns the passphrase that the file or the environment gives, or undefined when neither does
 * @throws CallerFault 'passphrase-file-unreadable' | 'passphrase-empty'
 */
export async function givenPassphrase({
  file,
  env,
  variable,
}: PassphraseSource): Promise<string | undefined> {
  const text = file === undefined ? env[variable ?? 'TRIODE_PASSPHRASE'] : await firstLine(file)
  if (text === '' && file !== undefined) throw empty()
  return text === '' ? undefined : text
}

/**
 * The passphrase of a keeper: from a file, or from the systemd credential `triode-passphrase`. Never from the environment, which
 * whatever the process starts would inherit.
 * @throws CallerFault 'passphrase-needed' | 'passphrase-file-unreadable' | 'passphrase-empty'
 */
export async function keeperPassphrase(file: string | undefined, env: Environment): Promise<string> {
  const folder = env['CREDENTIALS_DIRECTORY']
  const source = file ?? (folder === undefined ? undefined : join(folder, 'triode-passphrase'))
  const given = source === undefined ? undefined : await givenPassphrase({ file: source, env })
  if (given !== undefined) return given
  throw new CallerFault('passphrase-needed', {
    message: 'A keeper needs its passphrase to start',
    remedy: 'Give it with --passphrase-file FILE or as the systemd credential triode-passphrase',
  })
}

/** Asks a person, unseen. @throws CallerFault 'passphrase-needed' without a terminal @throws Declined */
export async function askPassphrase(terminal: Terminal, question: string): Promise<string> {
  if (!canAsk(terminal)) {
    throw new CallerFault('passphrase-needed', {
      message: 'A passphrase is needed, and there is no terminal to ask on',
      remedy: 'Give it with --passphrase-file FILE or in TRIODE_PASSPHRASE',
    })
  }
  const text = await ask(terminal, question, 'hidden')
  if (text === '') throw empty()
  return text
}

/** Asks twice. @throws CallerFault 'passphrase-mismatch' and as askPassphrase */
export async function askNewPassphrase(terminal: Terminal, question: string): Promise<string> {
  const first = await askPassphrase(terminal, question)
  if ((await askPassphrase(terminal, 'The same again: ')) === first) return first
  throw new CallerFault('passphrase-mismatch', {
    message: 'The two passphrases are not the same',
    remedy: 'Try again',
  })
}

async function firstLine(file: string): Promise<string> {
  try {
    const text = await readFile(file, 'utf8')
    return text.split(/\r?\n/, 1)[0] ?? ''
  } catch (cause) {
    throw new CallerFault('passphrase-file-unreadable', {
      message: 'The passphrase file cannot be read',
      remedy: 'Check its path and permissions',
      cause,
    })
  }
}

function empty(): CallerFault {
  return new CallerFault('passphrase-empty', { message: 'The passphrase is empty', remedy: 'Choose one' })
}
