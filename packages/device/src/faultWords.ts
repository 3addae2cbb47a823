/**
 * A sentence and a remedy for every fault that leaves the device (spec §13.4): its own, else what stands here for its code, else
 * what holds for all of its class. The layers below name what is wrong; what a person can do about it is known here.
 */
import {
  CallerFault,
  Fault,
  IntegrityFault,
  PEER_WORDS,
  PeerFault,
  PROTOCOL_BROKEN,
  Unavailable,
  type FaultDetails,
} from '@triode/core'

export interface FaultWords {
  readonly message: string
  readonly remedy: string
}

/** `fault` with words where it lacks them; what is no Fault as it is. */
export function worded(fault: unknown): unknown {
  if (!(fault instanceof Fault)) return fault
  const words = wordsOf(fault)
  if (words.message === fault.message && words.remedy === fault.remedy) return fault
  return new (classOf(fault))(fault.code, { ...words, details: fault.details, cause: fault })
}

export function wordsOf(fault: Fault): FaultWords {
  const { code, message, remedy } = fault
  const known: Readonly<Record<string, Words>> = fault instanceof PeerFault ? PEER_WORDS : WORDS
  const [ownMessage, ownRemedy] = known[code] ?? []
  const [classMessage, classRemedy] = OF_CLASS[nameOf(fault)]
  return {
    message: message === code ? (ownMessage ?? `${classMessage}: ${code}.`) : message,
    remedy: remedy ?? ownRemedy ?? classRemedy,
  }
}

/** Of a fault that is told of by something else than being thrown. */
export function faultFields(fault: Fault): {
  code: string
  message: string
  remedy: string
  details?: FaultDetails
} {
  const { code, details } = fault
  return { code, ...wordsOf(fault), ...(details !== undefined && { details }) }
}

type Words = readonly [message: string, remedy: string]

const BY_CLASS = { CallerFault, PeerFault, Unavailable, IntegrityFault } as const
type ClassName = keyof typeof BY_CLASS

function nameOf(fault: Fault): ClassName {
  if (fault instanceof CallerFault) return 'CallerFault'
  if (fault instanceof PeerFault) return 'PeerFault'
  return fault instanceof Unavailable ? 'Unavailable' : 'IntegrityFault'
}

function classOf(fault: Fault): (typeof BY_CLASS)[ClassName] {
  return BY_CLASS[nameOf(fault)]
}

/** With the code, for who looks into it. */
const OF_CLASS: Readonly<Record<ClassName, Words>> = {
  CallerFault: ['This can\u2019t be done as it was asked for', 'See `triode help` for how it is meant.'],
  PeerFault: PROTOCOL_BROKEN,
  Unavailable: ['Not possible now', 'Try again later.'],
  IntegrityFault: [
    'What is stored here does not hold together',
    'Keep the home folder as it is, and restore a backup in another one.',
  ],
}

const CHOOSE_NAME = 'Choose another.'
const LESS = 'Say it in less.'
const AGAIN = 'It is tried again by itself; look that the other device is running and in reach.'
const BY_ITSELF = 'Nothing is lost; it goes on by itself.'
const RESTART = 'Lock and unlock the device, or start it anew.'
const DEFECT = 'This is a defect of Triode: please report it.'
const RESTORE = OF_CLASS.IntegrityFault[1]

/** By code, of what the layers below throw without words or without a remedy. */
export const WORDS: Readonly<Record<string, Words>> = {
  // What a person gave.
  'address-malformed': ['This is not an address.', 'Write it as HOST:PORT, such as 192.0.2.7:4000.'],
  'emoji-invalid': ['A reaction is one emoji.', 'Choose one emoji.'],
  canceled: ['It was called off.', 'Send or get it again if that was a mistake.'],
  'invitation-spent': ['That invitation was used already.', 'Put out whom it let in instead, or let it be.'],
  'invitation-unknown': ['There is no such invitation.', '`triode invite list CIRCLE` shows them.'],
  'kind-unknown': ['There is no such kind of message.', DEFECT],
  'limit-out-of-range': ['That is no number of messages that a page can have.', 'Ask for fewer.'],
  'name-invalid': ['This can\u2019t be a name.', CHOOSE_NAME],
  'not-allowed': ['This is not allowed here.', 'Ask an admin or the owner of the circle.'],
  'not-a-folder': ['That is a file, not a folder.', 'Get it as it is.'],
  'not-found': ['There is no such thing here.', 'It may have been deleted or have expired.'],
  'passphrase-too-long': ['The passphrase is too long.', 'Choose a shorter one.'],
  'record-too-large': ['This is more than a record can hold.', LESS],
  'range-not-satisfiable': ['The file has no such bytes.', 'Ask for bytes within its size.'],
  'setting-out-of-range': [
    'That is no value for this setting.',
    '`triode file settings` shows what there is.',
  ],
  'suite-unknown': ['There is no such suite.', 'Choose hybrid, cnsa or p384.'],
  'text-empty': ['The text is empty.', 'Write something.'],
  'text-malformed': ['The text holds half a character.', 'Write it anew.'],
  'text-too-long': ['The text is too long.', LESS],
  'timer-out-of-range': ['A message can\u2019t last so long or so short.', 'Choose another time.'],
  'too-many-mentions': ['The text mentions too many.', 'Mention fewer.'],
  'vault-not-locked': ['The vault is unlocked already, or closed.', 'Lock it first.'],
  'wrong-suite': ['The invitation is for a circle of another suite.', 'Ask for a new invitation.'],
  // What does not come about now.
  aborted: ['It was given up.', 'Try again.'],
  'channel-failed': ['A channel could not start.', 'See `triode status`.'],
  'channel-off': ['The channel is off.', 'Start the device with that channel.'],
  'circle-left': ['This device has left the circle.', 'Ask for a new invitation to come back.'],
  'blob-gone': ['The file was deleted on this device.', 'Get it again while somebody has it.'],
  'file-gone': [
    'The file is gone: its message was deleted or has expired, or it was dropped here.',
    'If its message is still there, get it again.',
  ],
  'frame-failed': ['Something that another device sent could not be dealt with now.', BY_ITSELF],
  'handshake-timeout': ['The other side did not speak in time.', AGAIN],
  'housekeeping-failed': ['What the device does by itself, such as erasing what expired, failed.', BY_ITSELF],
  'link-broken': ['The connection broke.', AGAIN],
  'link-stuck': ['The other device takes nothing more.', AGAIN],
  'no-address': ['No address of that device is known.', AGAIN],
  'no-channel': ['No channel that runs leads there.', 'See `triode status` for the channels.'],
  'not-a-member': ['That device is not in the circle.', 'Nothing is to be done, unless it should be.'],
  'address-gone': ['This machine has left the network that the other device was reached over.', AGAIN],
  'peer-silent': ['The other device fell silent.', AGAIN],
  'saving-failed': ['The file could not be saved.', 'Look at the folder and its disk, then get it again.'],
  'store-failed': ['It could not be stored.', 'Look whether the disk is full; it is tried again by itself.'],
  'stream-cut': ['The exchange was cut short.', AGAIN],
  'transfer-failed': ['A file could not be gone on with now.', BY_ITSELF],
  'timed-out': ['The other device did not answer in time.', AGAIN],
  'too-many-guests': ['Too many call with an invitation at the same time.', 'Try again later.'],
  'too-many-links': ['There are as many connections as there may be.', 'Try again later.'],
  'too-many-tunnels': ['The circle has as many tunnels here as it may have.', BY_ITSELF],
  'tunnel-closed': ['The tunnel is closed.', AGAIN],
  stopped: ['The device stops, or was locked.', 'Unlock it, or start it anew.'],
  superseded: ['A newer tunnel to the same device took over.', BY_ITSELF],
  unreachable: ['Nobody answers there.', AGAIN],
  // What should never be: between our own layers.
  'acceptor-cannot-open': ['Only who called opens streams.', DEFECT],
  'attachment-invalid': ['No device would take this attachment.', DEFECT],
  'base32-malformed': ['This is not one of our ids.', 'Copy it again, whole.'],
  'chunk-misplaced': ['The file has no such chunks.', DEFECT],
  'channel-started': ['The channel runs already.', DEFECT],
  'entry-malformed': ['The entry is not one that a log may hold.', DEFECT],
  'epoch-missing': ['There is no key to write with.', RESTART],
  'folder-invalid': ['No device would take this list of a folder.', DEFECT],
  'key-malformed': ['A key is damaged.', RESTORE],
  'knock-malformed': ['That is no name to call with.', DEFECT],
  'media-type-invalid': ['This is not a media type.', DEFECT],
  'name-malformed': ['That is no name to be found by.', DEFECT],
  'page-absent': ['The hashes for this part of the file are not here yet.', BY_ITSELF],
  'path-malformed': ['That is no path of a stream.', DEFECT],
  'range-wrong': ['The file has no such bytes.', DEFECT],
  'too-many-names': ['There are too many names to be found by.', DEFECT],
  // What is stored.
  'circle-secret-missing': ['The secret of a circle is missing.', RESTORE],
  'log-damaged': ['The membership log of a circle is damaged.', RESTORE],
  'record-damaged': ['Something that is stored is damaged.', RESTORE],
  'sealing-key-missing': ['A sealing key of this device is missing.', RESTORE],
}
