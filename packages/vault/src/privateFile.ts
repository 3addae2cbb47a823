import { closeSync, openSync } from 'node:fs'

/** Makes an empty file that only its owner may read, unless there is one; never opens one that is there. */
export function createPrivateFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
  }
}
