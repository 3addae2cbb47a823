/** What a device can be, and what it is when it is opened. */
import type { Clock } from '@triode/core'
import { CallerFault } from '@triode/core'
import { nodePrimitives, systemClock, systemRandom } from '@triode/crypto'
import { openVault, type LockedVault, type Vault, type VaultOptions } from '@triode/vault'
import type { DeviceOptions, Kdf } from '../service.ts'
import type { Unlocked } from '../unlocked.ts'
import { worded } from '../faultWords.ts'
import { mapVaultFault } from './vaultFaults.ts'

export type State =
  | { readonly name: 'new' }
  | { readonly name: 'locked'; readonly vault: LockedVault }
  | { readonly name: 'unlocked'; readonly unlocked: Unlocked }
  /** On the way to 'locked' or away: takes no calls any more, but for drafts where it is `late`. */
  | { readonly name: 'stopping'; readonly vault: Vault; readonly late?: Unlocked }
  | { readonly name: 'closed' }

export const primitives = nodePrimitives()

export function clockOf(options: DeviceOptions): Clock {
  return options.clock ?? systemClock
}

export function vaultOptions(options: DeviceOptions): VaultOptions {
  const { kdf } = options
  return { primitives, random: systemRandom, clock: clockOf(options), ...(kdf !== undefined && { kdf }) }
}

/** Takes hold of the vault of the home, if there is one. @throws Unavailable 'home-in-use'; IntegrityFault 'vault-damaged' */
export function openState(options: DeviceOptions): State {
  try {
    return { name: 'locked', vault: openVault(options.home, vaultOptions(options)) }
  } catch (fault) {
    if (fault instanceof CallerFault && fault.code === 'vault-absent') return { name: 'new' }
    throw worded(mapVaultFault(fault))
  }
}

/** How the passphrase is stretched; of a vault that is yet to be made, by default. */
export function kdfOf(state: State): Kdf {
  if (state.name === 'new' || state.name === 'closed') return 'argon2id'
  const vault = state.name === 'unlocked' ? state.unlocked.vault : state.vault
  return vault.kdfName === 'pbkdf2-hmac-sha512' ? 'pbkdf2' : 'argon2id'
}
