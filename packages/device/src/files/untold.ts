/** Files of the system that say that they are empty, and are not, such as those in /proc: how much they hold is known once it was read. */
import { open } from 'node:fs/promises'
import type { Stats } from 'node:fs'
import { SOURCE_FLAGS } from '@triode/vault'

/** Whether there is something in a file of which it is said that it holds nothing. @throws what the system says */
export async function isUntold(path: string, { size }: Pick<Stats, 'size'>): Promise<boolean> {
  if (size > 0) return false
  const handle = await open(path, SOURCE_FLAGS)
  try {
    const { bytesRead } = await handle.read(new Uint8Array(1), 0, 1, 0)
    return bytesRead > 0
  } finally {
    await handle.close()
  }
}
