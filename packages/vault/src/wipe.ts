/** Making a vault unreadable for ever (spec §12.9). */
import { existsSync, readdirSync, rmSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { wipeBlobs } from './blobs/diskBlobStore.ts'
import { FILE } from './spec.ts'
import { ProcessLock } from './processLock.ts'
import { blankFile, syncFolder } from './durableFile.ts'
import { databaseFiles } from './home.ts'
import { diskFault } from './diskFault.ts'
import { vaultAbsent } from './faults.ts'

/**
 * Overwrites the wrapped master key first: cut short at any point after that, nothing opens any more. Then deletes the
 * vault's files, and `dir` when nothing else is in it. A wipe that was cut short is finished by another.
 * @throws CallerFault 'vault-absent'; Unavailable 'vault-in-use' | 'disk-full'
 */
export function wipe(dir: string): void {
  const key = join(dir, FILE.key)
  const files = [...databaseFiles(dir), `${key}.new`, key, join(dir, FILE.tries), join(dir, FILE.lock)]
  if (!files.some((file) => existsSync(file))) throw vaultAbsent()
  const lock = new ProcessLock(dir)
  try {
    blankFile(key)
    blankFile(`${key}.new`)
    wipeBlobs(join(dir, FILE.blobs))
    for (const file of files) rmSync(file, { force: true })
    syncFolder(dir)
  } catch (cause) {
    throw diskFault(cause)
  } finally {
    lock.release()
  }
  if (readdirSync(dir).length === 0) rmdirSync(dir)
}
