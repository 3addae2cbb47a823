/** Of what was asked and can’t be done as it was asked: by the code of the fault, what happened and what to do. */
import { ownMistakes } from '../ownMistakes.ts'

const DEFECT = 'This is a defect of Triode: please report it.'
/** Nothing that a person did from the page leads there. */
const OWN_MISTAKE = ['The page asked the device for something that it does not do.', DEFECT] as const
const CHOOSE_NAME = 'Choose another one.'

export const ASKED = {
  'not-found': [
    '{of, select, message {There is no such message here.} mentioned {Somebody who is mentioned does not read this conversation.} file {There is no such file here.} invitation {There is no such invitation.} device {You have no such device.} act {Nothing like that waits for approval any more.} circle {There is no circle called “{name}”.} member {There is no member called “{name}”.} conversation {There is no conversation called “{name}”.} other {There is no such thing here.}}',
    '{of, select, mentioned {Mention only those who read it.} other {It may have been deleted or have expired.}}',
  ],
  ambiguous: ['That fits several: {found}.', 'Choose one of them from the list.'],
  'not-allowed': [
    '{of, select, role {{role, select, owner {Nobody may do that here, owners neither.} admin {Your role, admin, does not allow this.} member {Your role, member, does not allow this.} guest {Your role, guest, does not allow this.} keeper {Your role, keeper, does not allow this.} other {Your role does not allow this.}}} write {This device may not write in this conversation.} own_device {This is your own device.} line {This line tells of a change: nobody can react to it, edit or delete it.} not_yours {Only its author can change a message.} author_may_change_room {Only who sits in a room, and made it or is owner or admin, may change who is in it.} signer_is_member {You are no longer a member of this circle.} other {This is not allowed here.}}',
    '{of, select, own_device {Choose another member.} line {Choose a message that somebody wrote.} not_yours {Ask its author, or answer it.} author_may_change_room {Ask whoever made the room.} signer_is_member {Ask for a new invitation.} other {Ask an owner of the circle.}}',
  ],
  'bad-input': [
    '{of, select, long {What was entered is too long: it may have {most, number} characters.} short {What was entered is too short.} other {The device does not take what was entered.}}',
    'Change it, then try again.',
  ],
  'name-invalid': ['This can’t be a name: it is empty or too long.', CHOOSE_NAME],
  'address-malformed': [
    '{of, select, tor {This is not an address of an onion service.} dht {This is not an address in a DHT.} other {This is not an address.}}',
    '{of, select, tor {Copy it whole, as it was given.} dht {Copy it whole, as it was given.} other {Write it as a host and a port, such as 192.0.2.7:4000.}}',
  ],
  'emoji-invalid': ['A reaction is one emoji.', 'Choose one emoji.'],
  canceled: ['It was called off.', 'Send or get it again if that was a mistake.'],
  'limit-out-of-range': ['That is no number of lines that a page can have.', DEFECT],
  'record-too-large': ['This is more than a record can hold.', 'Say it in less.'],
  'range-not-satisfiable': ['The file has no such part.', 'Open it anew.'],
  'setting-out-of-range': ['That is no value for this setting.', 'Choose one of those offered.'],
  'suite-unknown': [
    'This version does not know the encryption of that circle.',
    'Take the version that whoever invited you has.',
  ],
  'wrong-suite': ['The invitation is for a circle with another encryption.', 'Ask for a new invitation.'],
  'text-empty': ['The text is empty.', 'Write something.'],
  'text-malformed': ['The text holds half a character.', 'Write it anew.'],
  'text-too-long': [
    '{of, select, message {The message is longer than {most, number} bytes.} draft {The draft is longer than {most, number} bytes.} beside_files {The text is too long beside the files of its message.} other {The text is too long.}}',
    '{of, select, beside_files {Send the text and the files as messages of their own.} other {Send it in parts, or as a file.}}',
  ],
  'entry-too-long': ['The message is too long.', 'Send it in parts, or as a file.'],
  'timer-out-of-range': ['A message can’t last so long or so short.', 'Choose another time.'],
  'too-many-mentions': ['The text mentions too many.', 'Mention fewer.'],
  'duration-out-of-range': ['The device can’t lock itself after that time.', 'Choose another time.'],
  'passphrase-weak': [
    '{of, select, short {A passphrase needs at least {least, number} characters.} other {The passphrase is empty.}}',
    'Take five or more random words.',
  ],
  'passphrase-too-long': ['A passphrase has at most {most, number} characters.', 'Choose a shorter one.'],
  'wrong-passphrase': [
    '{of, select, backup {That is not the passphrase of this backup.} other {That is not the passphrase of this vault.}}',
    '{of, select, backup {Try again; it is the one that the vault had when the backup was made, unless it was given one of its own.} other {{seconds, plural, =0 {Try again; look at caps lock and keyboard layout.} one {Wait # second, then try again; look at caps lock and keyboard layout.} other {Wait # seconds, then try again; look at caps lock and keyboard layout.}}}}',
  ],
  'passphrase-delayed': [
    'Too many wrong passphrases were given.',
    '{seconds, plural, one {The next try is possible in # second.} other {The next try is possible in # seconds.}}',
  ],
  'dht-node-malformed': [
    'This is not a node at which a DHT can be entered.',
    'Write it as an IPv4 address and a UDP port, such as 192.0.2.1:49737.',
  ],
  'too-many-nodes': [
    'These are more nodes than are of use.',
    'Name {most, number} at most; one that answers is enough.',
  ],
  'channel-unknown': ['There is no channel called “{name}”.', DEFECT],
  'channel-option': ['These settings belong to another channel.', DEFECT],
  'channel-untold': [
    'This channel shows something to others, and you were not told what.',
    'Read what it shows, then turn it on.',
  ],
  'audit-head-malformed': [
    'That is not the head of an audit log.',
    'Copy it as it is shown: number, colon, letters.',
  ],
  'audit-head-pruned': [
    'The records up to {seq, number} were pruned, so a head before that can’t be compared.',
    'Compare with one that was noted later, or with an export of that time.',
  ],
  'audit-damaged': [
    'The audit log does not hold at record {seq, number}: {damage, select, head_missing {the record of its head is missing or unreadable} record_missing {a record is missing} record_changed {a record was changed, moved or replaced} record_unexpected {there is a record where none may be} head_differs {the chain does not come to the hash of its head} checkpoint_differs {the oldest records are missing, and no pruning says so} log_broken {the log was found missing or damaged at an unlock, and begun anew here} set_back {it does not hold the head that was noted: it was set back or replaced} line_malformed {a line of the export is malformed} file_cut {the export ends early} signature_invalid {the signature of the export does not hold} other {it was changed}}.',
    'Keep a copy of the home folder as it is, and find out who could write to it.',
  ],
  'body-too-large': ['This is more than the device takes at once.', 'Send less at once.'],
  'body-cut': ['Not all of it came to the device.', 'Try again.'],
  'vault-not-locked': ['The vault is unlocked already, or closed.', 'Lock it first.'],
  ...ownMistakes(OWN_MISTAKE),
} as const
