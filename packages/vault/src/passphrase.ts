import { MAX_PASSPHRASE_LENGTH, MIN_PASSPHRASE_LENGTH } from './tuning.ts'
import { passphraseEmpty, passphraseTooLong, passphraseWeak } from './faults.ts'

/**
 * The passphrase as it is stretched: Unicode NFC, so that two keyboards that compose differently agree (spec §12.2).
 * @throws CallerFault 'passphrase-empty' | 'passphrase-too-long'
 */
export function normalisePassphrase(passphrase: string): string {
  if (passphrase.length > MAX_PASSPHRASE_LENGTH) throw passphraseTooLong(MAX_PASSPHRASE_LENGTH)
  const normal = passphrase.normalize('NFC')
  if (normal === '') throw passphraseEmpty()
  return normal
}

/** A passphrase fit to protect something new. @throws CallerFault 'passphrase-weak' | 'passphrase-too-long' */
export function checkNewPassphrase(passphrase: string): string {
  if (passphrase === '') throw passphraseWeak(MIN_PASSPHRASE_LENGTH)
  const normal = normalisePassphrase(passphrase)
  if (Array.from(normal).length < MIN_PASSPHRASE_LENGTH) throw passphraseWeak(MIN_PASSPHRASE_LENGTH)
  return normal
}
