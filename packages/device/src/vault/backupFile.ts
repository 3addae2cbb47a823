/** Writing a backup where nothing is yet. */
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { CallerFault, Fault } from '@triode/core'
import type { Vault } from '@triode/vault'
import type { BackupResult } from '../service.ts'

/**
 * @param file absolute
 * @param begun called once nothing but the disk stands in the way; what it throws, ends it
 * @throws CallerFault 'file-exists' | 'file-refused', and as Vault.backup()
 */
export async function backupTo(
  vault: Vault,
  file: string,
  passphrase: string | undefined,
  begun: () => void,
): Promise<BackupResult> {
  if (existsSync(file)) {
    throw new CallerFault('file-exists', {
      details: { of: 'unnamed' },
      message: 'There is a file of that name already.',
      remedy: 'Choose another name.',
    })
  }
  if (!existsSync(dirname(file))) throw refused('There is no such folder.')
  begun()
  try {
    const { bytes } = await vault.backup(file, passphrase)
    return { file, bytes }
  } catch (cause) {
    if (!(cause instanceof Fault) || cause.code !== 'place-forbidden') throw cause
    throw refused('This user may not write there.', cause)
  }
}

function refused(message: string, cause?: unknown): CallerFault {
  return new CallerFault('file-refused', {
    details: { of: 'unnamed' },
    message,
    remedy: 'Choose another folder.',
    cause,
  })
}
