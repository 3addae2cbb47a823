/** What a call in the wrong state of the device, or with a wrong setting of it, is told. */
import { CallerFault, isName, MAX_NICKNAME_LENGTH, Unavailable } from '@triode/core'

export function noVault(): CallerFault {
  return new CallerFault('no-vault', {
    message: 'There is no vault in this home yet.',
    remedy: 'Make one with `triode init`.',
  })
}

export function locked(): CallerFault {
  return new CallerFault('locked', {
    message: 'The device is locked.',
    remedy: 'Unlock it with `triode unlock`.',
  })
}

export function closed(): Unavailable {
  return new Unavailable('closed', {
    message: 'The device was closed.',
    remedy: 'Start it with `triode start`.',
  })
}

export function badDuration(): CallerFault {
  return new CallerFault('duration-out-of-range', {
    message: 'A device locks after a millisecond or more without use, or never.',
    remedy: 'Choose a time above nothing, or none.',
  })
}

/** @throws CallerFault 'name-invalid' */
export function checkNickname(name: string): void {
  if (isName(name, MAX_NICKNAME_LENGTH)) return
  throw new CallerFault('name-invalid', {
    details: { most: MAX_NICKNAME_LENGTH },
    message: `A name has 1 to ${MAX_NICKNAME_LENGTH} characters.`,
    remedy: 'Choose another.',
  })
}
