/** Debian's Chromium: found, or installed where this is root; without it the tests in a browser say loudly that they didn't run. */
import { chromium, type Browser } from 'playwright-core'
import { installed } from '../lab/needs.ts'

/** What Debian and others call it. */
const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome']

/** The path of a Chromium, or undefined with the reason on stderr. */
export function chromiumPath(): string | undefined {
  const given = process.env['TRIODE_CHROMIUM']
  if (given !== undefined) return given
  const path = PROGRAMS.map((name) => installed(name)).find((found) => found !== undefined)
  const made = path ?? installed('chromium', 'chromium')
  if (made === undefined)
    process.stderr.write(
      '\n*** NOT TESTED: the page, since there is no Chromium and it could not be installed. ' +
        'Install Debian\u2019s chromium, or say where one is with TRIODE_CHROMIUM\n\n',
    )
  return made
}

/** @param executablePath from chromiumPath() */
export function launch(executablePath: string): Promise<Browser> {
  const args = [
    // Chromium does not start its sandbox as root.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-dev-shm-usage',
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
  ]
  return chromium.launch({ executablePath, headless: true, args })
}
