/** How the program was called: what it tells people to type next has to work where they are. */
import { cleanLine } from './clean.ts'
import type { Environment } from './home.ts'

/** As the launcher says ($TRIODE_COMMAND, such as `./triode` in a checkout), ready to be typed; else `triode`. */
export function calledAs(env: Environment): string {
  const command = cleanLine(env['TRIODE_COMMAND'] ?? '')
  if (command === '') return 'triode'
  return /^[\w./+-]+$/.test(command) ? command : `'${command.replaceAll("'", "'\\''")}'`
}

/** Commands of Triode's in the program's own text, as they are to be typed here. Not for what others wrote. */
export function asCalled(text: string, command: string): string {
  return text.replace(/(?<![\w./-])triode(?= [a-z])/g, () => command)
}
