/** How the program was called: what it tells people to type next has to work where they are. */
import { cleanLine } from './clean.ts'
import { homeFolder, type Environment } from './home.ts'

/** As the launcher says ($TRIODE_COMMAND, such as `./triode` in a checkout), ready to be typed; else `triode`. */
export function calledAs(env: Environment): string {
  const command = cleanLine(env['TRIODE_COMMAND'] ?? '')
  if (command === '') return 'triode'
  return quoted(command)
}

/** The same for a device of this machine: with its home, where that is not the one that commands without it are for. */
export function calledFor(home: string, env: Environment): string {
  const command = calledAs(env)
  return home === homeFolder(undefined, env) ? command : `${command} --home ${quoted(cleanLine(home))}`
}

/** As one word of a shell. */
function quoted(text: string): string {
  return /^[\w./+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

/** Commands of Triode's in the program's own text, as they are to be typed here. Not for what others wrote. */
export function asCalled(text: string, command: string): string {
  return text.replace(/(?<![\w./-])triode(?= [a-z])/g, () => command)
}
