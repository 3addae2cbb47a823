/** What can go wrong with a vault, each with its sentence and remedy in one place. */
import { CallerFault, IntegrityFault, Unavailable } from '@triode/core'

export function passphraseWrong(waitMs: number): CallerFault {
  const wait = waitMs > 0 ? `Wait ${seconds(waitMs)} s, then try` : 'Try'
  return new CallerFault('passphrase-wrong', {
    details: { of: 'vault', seconds: seconds(waitMs) },
    message: 'That is not the passphrase of this vault.',
    remedy: `${wait} again; look at caps lock and keyboard layout.`,
  })
}

export function backupPassphraseWrong(): CallerFault {
  return new CallerFault('passphrase-wrong', {
    details: { of: 'backup', seconds: 0 },
    message: 'That is not the passphrase of this backup.',
    remedy:
      'Try again; it is the one that the vault had when the backup was made, unless it was given one of its own.',
  })
}

export function tooManyAttempts(waitMs: number): Unavailable {
  return new Unavailable('too-many-attempts', {
    details: { seconds: seconds(waitMs) },
    message: `Too many wrong passphrases: the next try is possible in ${seconds(waitMs)} s.`,
    remedy: `Wait ${seconds(waitMs)} s.`,
  })
}

export function passphraseWeak(least: number): CallerFault {
  return new CallerFault('passphrase-weak', {
    details: { of: 'short', least },
    message: `A passphrase needs at least ${least} characters.`,
    remedy: 'Take five or more random words.',
  })
}

export function passphraseEmpty(): CallerFault {
  return new CallerFault('passphrase-empty', {
    details: { of: 'empty', least: 1 },
    message: 'The passphrase is empty.',
    remedy: 'Give the passphrase of this vault.',
  })
}

export function passphraseTooLong(most: number): CallerFault {
  return new CallerFault('passphrase-too-long', {
    details: { most },
    message: `A passphrase has at most ${most} characters.`,
  })
}

export function vaultInUse(cause: unknown): Unavailable {
  return new Unavailable('vault-in-use', {
    message: 'Another process has this vault open.',
    remedy: 'Stop the running device, or talk to it instead.',
    cause,
  })
}

export function vaultExists(): CallerFault {
  return new CallerFault('vault-exists', {
    message: 'There is a vault in this folder already.',
    remedy: 'Choose another folder, or wipe this vault first.',
  })
}

export function vaultAbsent(): CallerFault {
  return new CallerFault('vault-absent', {
    message: 'There is no vault in this folder.',
    remedy: 'Make one first, or name the folder where it is.',
  })
}

export function vaultNewer(): CallerFault {
  return new CallerFault('vault-newer', {
    message: 'This vault was written by a newer version of Triode and was left untouched.',
    remedy: 'Update Triode.',
  })
}

export function placeNotEmpty(): CallerFault {
  return new CallerFault('place-not-empty', {
    message: 'A backup is restored into an empty folder only.',
    remedy: 'Choose a new folder, or wipe the vault there first.',
  })
}

export function vaultNotLocked(): CallerFault {
  return new CallerFault('vault-not-locked', { message: 'The vault is unlocked already, or closed.' })
}

export function placeForbidden(cause: unknown): CallerFault {
  return new CallerFault('place-forbidden', {
    message: 'This user may not read or write that folder or file.',
    remedy: 'Choose another place, or change its permissions.',
    cause,
  })
}

export function placeNotFolder(cause: unknown): CallerFault {
  return new CallerFault('place-not-folder', {
    message: 'There is no such folder, and it cannot be made.',
    remedy: 'Choose another place.',
    cause,
  })
}

export function textMalformed(): CallerFault {
  return new CallerFault('text-malformed', { message: 'A name or key holds half a character.' })
}

export function storeLocked(): Unavailable {
  return new Unavailable('store-locked', { message: 'The vault is locked.', remedy: 'Unlock it.' })
}

export function diskFull(cause: unknown): Unavailable {
  return new Unavailable('disk-full', {
    message: 'The disk is full or refuses to write; nothing was changed.',
    remedy: 'Make room on the disk, then try again.',
    cause,
  })
}

export function storeDamaged(message: string, cause?: unknown): IntegrityFault {
  return new IntegrityFault('store-damaged', {
    message,
    remedy: 'Make a copy of the folder, then restore the newest backup.',
    cause,
  })
}

export function recordDamaged(): IntegrityFault {
  return new IntegrityFault('record-damaged', {
    message: 'A stored record was changed or damaged, and was not used.',
    remedy: 'Check the vault; restore the newest backup if there is more damage.',
  })
}

export function recordTooLarge(what: string, maxBytes: number): CallerFault {
  return new CallerFault('record-too-large', {
    details: { most: maxBytes },
    message: `The ${what} of a record has at most ${maxBytes} bytes.`,
  })
}

export function backupAbsent(cause: unknown): CallerFault {
  return new CallerFault('backup-absent', {
    message: 'The backup cannot be opened.',
    remedy: 'Look at the name of the file and at who may read it.',
    cause,
  })
}

export function backupUnknown(cause?: unknown): CallerFault {
  return new CallerFault('backup-unknown', {
    cause,
    message: 'This file is not a backup that this version can read.',
    remedy: 'Choose another file, or update Triode.',
  })
}

export function backupDamaged(cause?: unknown): IntegrityFault {
  return new IntegrityFault('backup-damaged', {
    message: 'The backup is damaged or incomplete; nothing was restored.',
    remedy: 'Take another copy of it.',
    cause,
  })
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000)
}
