/** Where a device lives on this machine. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The home folder, absolute: the one named, else $TRIODE_HOME, else ~/.triode. One folder in plain sight rather than the
 * three of the XDG convention, because a home is moved, wiped and backed up as a whole.
 */
export function homeFolder(named: string | undefined, env: Environment): string {
  return resolve(given(named) ?? given(env['TRIODE_HOME']) ?? join(homedir(), '.triode'))
}

function given(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}
