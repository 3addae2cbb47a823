/** Of the device, its vault and its disk, and of the page’s way to them: by the code of the fault, what happened and what to do. */

const RESTORE = 'Keep the home folder as it is, and restore a backup in another one.'
const RESTART = 'Lock the device and unlock it again, or start it anew.'
const OPEN_AGAIN = 'Run “triode open” for an address that opens the page.'
const LATER = 'Try again later.'

export const STATE = {
  unexpected: [
    'The device failed in a way that nobody foresaw.',
    'See what “triode start” printed, and report it.',
  ],
  'not-running': ['The device does not answer.', 'Start it with “triode start”.'],
  'bad-answer': [
    'The device answers what this page does not understand.',
    'Load the page anew: it and the device must be of the same version.',
  ],
  'token-refused': ['This page was open for too long, or the device was started anew.', OPEN_AGAIN],
  'host-refused': ['The page was opened at another address than the device’s.', OPEN_AGAIN],
  'origin-refused': ['Pages of other sites may not ask the device.', OPEN_AGAIN],
  'user-refused': [
    'Another user of this computer opened the page.',
    'Open it as the one who started the device.',
  ],
  'launch-code-used': ['This address was opened already, and opens once.', OPEN_AGAIN],
  'launch-code-expired': ['This address is older than 15 minutes.', OPEN_AGAIN],
  'launch-code-refused': ['This address opens nothing here.', OPEN_AGAIN],
  'too-many-readers': ['Too many pages and programs listen to this device.', 'Close one.'],
  'no-vault': ['There is no vault on this device yet.', 'Choose a passphrase to make one.'],
  locked: ['The device is locked.', 'Unlock it.'],
  closed: ['The device was closed.', 'Start it with “triode start”.'],
  stopped: ['The device stops, or was locked.', 'Unlock it, or start it anew.'],
  'home-in-use': ['Another process has this vault open.', 'Stop it, or use the page that it serves.'],
  'vault-exists': ['There is a vault on this device already.', 'Wipe it first, or use another folder.'],
  'vault-absent': ['There is no vault in this folder.', 'Make one first.'],
  'vault-newer': [
    'This vault was written by a newer version of Triode and was left untouched.',
    'Update Triode.',
  ],
  'vault-damaged': [
    '{of, select, record_damaged {A stored record was changed or damaged, and was not used.} other {The vault is damaged, or a part of it is missing.}}',
    'Make a copy of the home folder, then restore the newest backup.',
  ],
  'disk-full': [
    '{of, select, room {That takes {needed, number} MB of the disk, and {free, number} MB are free for it.} other {The disk is full or refuses to write; nothing was changed.}}',
    '{of, select, room {Make room on it.} other {Make room on the disk, then try again.}}',
  ],
  'disk-refused': [
    '{of, select, forbidden {This user may not write in {path}, so files can’t be kept there ({code}).} protected {The disk with {path} is read-only ({code}).} failing {The disk with {path} fails to read or write ({code}).} large {The disk with {path} takes no file that is so large ({code}).} other {Files can’t be kept in {path} ({code}).}}',
    '{of, select, forbidden {Let the user that runs Triode read and write in that folder.} protected {Make it writable; one that becomes read-only by itself may be failing.} failing {Make a backup on another disk, and look at this one.} large {Move the home folder to another disk: those with FAT32 take none of 4 GiB or more.} other {Look at that folder and its disk.}} Then it goes on by itself.',
  ],
  'store-failed': ['It could not be stored.', 'See whether the disk is full; it is tried again by itself.'],
  'place-not-empty': ['A backup is restored into an empty folder only.', 'Wipe the vault there first.'],
  'place-forbidden': [
    'This user may not read or write that folder or file.',
    'Choose another place, or change its permissions.',
  ],
  'place-not-folder': ['There is no such folder, and it can’t be made.', 'Choose another place.'],
  'backup-absent': ['The backup can’t be opened.', 'See whether it is there, and who may read it.'],
  'backup-gone': ['This backup was downloaded already, or nobody fetched it for a minute.', 'Make another.'],
  'backup-unknown': [
    'This file is not a backup that this version can read.',
    'Choose another file, or update Triode.',
  ],
  'backup-damaged': [
    'The backup is damaged or incomplete; nothing was restored.',
    'Take another copy of it.',
  ],
  'primitive-missing': [
    'The cryptographic module here does not offer {name}.',
    'Run Triode under the Node that it comes with.',
  ],
  'epoch-missing': ['There is no key to write with.', RESTART],
  'key-malformed': ['A stored key is damaged.', RESTORE],
  'log-damaged': ['The membership log of a circle is damaged.', RESTORE],
  'circle-secret-missing': ['The secret of a circle is missing.', RESTORE],
  'sealing-key-missing': ['A sealing key of this device is missing.', RESTORE],
  'housekeeping-failed': [
    'What the device does by itself, such as erasing what expired, failed.',
    'Nothing is lost; it goes on by itself.',
  ],
  aborted: ['It was given up.', 'Try again.'],
  'worker-ended': ['A part of the device that seals and opens files ended.', LATER],
} as const
