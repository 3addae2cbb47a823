/** Opening an address in the browser of a person's desktop. */
import { spawn } from 'node:child_process'
import type { Environment } from './home.ts'

/** An opener that can't do it says so by then; one that goes on has become the browser itself. */
const OPENER_PATIENCE_MS = 3_000

/** @returns the program that opens addresses here, or undefined where there is no screen */
export function windowOpener(
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  if (platform === 'darwin') return 'open'
  const hasScreen = [env['DISPLAY'], env['WAYLAND_DISPLAY']].some((name) => name !== undefined && name !== '')
  return hasScreen ? 'xdg-open' : undefined
}

/**
 * What is ours in the environment, passphrases among it, is not handed on to the browser.
 * @returns whether it opened, as far as can be told
 */
export function showInBrowser(opener: string, url: string, env: Environment): Promise<boolean> {
  const rest = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TRIODE_')))
  const child = spawn(opener, [url], { env: rest, stdio: 'ignore', detached: true })
  child.unref()
  return new Promise((resolve) => {
    const late = setTimeout(resolve, OPENER_PATIENCE_MS, true)
    const settle = (isOpen: boolean) => {
      clearTimeout(late)
      resolve(isOpen)
    }
    child.once('error', () => settle(false))
    child.once('exit', (code) => settle(code === 0))
  })
}
