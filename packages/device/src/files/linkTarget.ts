/** Where a symbolic link in a folder leads (spec §15.4): only such as stay in the folder are sent, and made. */

import { staysWithin } from '@triode/core'

const decoder = new TextDecoder('utf-8', { fatal: true })

/**
 * Names, after as many `..` as lead up. `..` behind a name is not taken: where that name is a link as well, it leads elsewhere than it says.
 * @param path of the link, below the folder
 * @param bytes as they stand in the link
 * @returns undefined: it leads out of the folder, or may
 */
export function targetWithin(path: readonly string[], bytes: Uint8Array): readonly string[] | undefined {
  const text = decoded(bytes)
  if (text === undefined || text === '' || text.startsWith('/')) return undefined
  const names = text.split('/').filter((name) => name !== '' && name !== '.')
  const target = names.map((name) => name.normalize('NFC'))
  return staysWithin(path, target) ? target : undefined
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}
