/** Of circles, members, rooms and invitations: by the code of the fault, what happened and what to do. */

const AGAIN = 'Try again once this device has heard from the others.'
const NEW_INVITATION = 'Ask for a new invitation.'
const SEE_MEMBERS = 'See who is in the circle, and with which role.'
const READ_ON =
  '{erased, select, yes {Its messages were erased here, as the circle asks; leaving the circle forgets the rest.} other {You can read what is here; leaving the circle erases it.}}'

export const CIRCLE = {
  removed: ['You were removed from {circle} by {by} on {at, date, long}.', READ_ON],
  suspended: [
    'You were suspended in {circle} by {by} on {at, date, long}.',
    'Ask them to restore you; until then you can read what is here.',
  ],
  revoked: ['This device was revoked in {circle} by {by} on {at, date, long}.', READ_ON],
  dissolved: ['The circle {circle} was dissolved by {by} on {at, date, long}.', READ_ON],
  left: ['You left {circle} on {at, date, long}.', READ_ON],
  'circle-left': ['This device has left the circle.', 'Ask for a new invitation to come back.'],
  'already-member': [
    'This device is in that circle already.',
    'If it was put out, leave the circle, which erases what is left; then join anew.',
  ],
  'last-owner': [
    'You are the only owner of {circle}: without you nobody could govern it.',
    'Hand it over to somebody first, or dissolve it.',
  ],
  'role-unknown': ['There is no such role.', 'Choose one of those offered.'],
  'role-unchanged': [
    '{of, select, promote {That would not be a higher role.} other {That would not be a lower role.}}',
    'Choose another role.',
  ],
  'policy-unknown': ['There is no such rule.', 'Choose one of those offered.'],
  'policy-is-allowed': ['That rule has no such value.', 'Choose one of those offered.'],
  'author-sequence': [
    'This device signed two histories of the circle.',
    'If it was restored from a backup, take it out and add it anew.',
  ],
  'circle-stands': ['The circle was dissolved.', 'Leaving it erases it here.'],
  'signer-device-stands': [
    'This device was revoked in that circle.',
    'Use another device of yours, or add this one anew.',
  ],
  'signer-is-not-suspended': ['You are suspended in that circle.', 'Ask an owner or admin to restore you.'],
  'seats-are-open': ['The seats of that room can’t be read here.', AGAIN],
  'names-key-missing': [
    'This device was not given the key to names and rooms of that circle yet.',
    'Leave it running until it has met the device of another member, not a keeper’s.',
  ],
  'target-is-member': [
    '{of, select, room {{name} has a role that keeps out of rooms.} named {{name} is not in the circle now.} other {Somebody whom this is about is not in the circle now, or has a role that keeps out of rooms.}}',
    '{of, select, room {Do it without them, or give them another role first.} other {See who is in the circle, and with which role.}}',
  ],
  'target-is-another': [
    'You can’t do that to yourself.',
    '{of, select, leave {Leave the circle instead.} other {Choose another member.}}',
  ],
  'target-is-suspended': [
    '{of, select, named {{name} is not suspended.} other {That member is not suspended.}}',
    SEE_MEMBERS,
  ],
  'transfer-is-undisputed': [
    '{of, select, named {{name} can’t become owner: suspended, or about to be out.} other {That member can’t become owner: suspended, or about to be out.}}',
    'Restore them first, or choose another member.',
  ],
  'invitation-is-new': ['That very invitation was made before.', 'Make another one.'],
  'invitation-is-live': [
    'The invitation is not valid any more: it has expired or was revoked.',
    'Make another one.',
  ],
  'invitation-spent-once': ['The invitation was used already.', 'Make another one.'],
  'invitation-spent': ['That invitation was used already.', 'Put out whom it let in instead, or let it be.'],
  'device-is-new': [
    'That device was in the circle before.',
    'Let it join anew, by another invitation: it then makes a new key.',
  ],
  'device-is-own': [
    'A device can be added by its own member only.',
    'Let them add it from a device of theirs.',
  ],
  'devices-are-few': ['You have as many devices as a member may have.', 'Take one out first.'],
  'device-is-not-last': [
    'This is the only device of its member.',
    'Leave the circle instead, or remove the member.',
  ],
  'room-is-known': ['There is no such room here.', AGAIN],
  'not-a-room': ['That is not a room.', 'Choose a room of the circle.'],
  'act-is-known': [
    '{of, select, withdraw {Only who proposed it can withdraw it.} other {You can’t agree to that: it is your own act, about you, or unknown here.}}',
    '{of, select, withdraw {If you don’t agree to it, do nothing: without enough who agree it has no effect, and expires.} other {Somebody else has to agree.}}',
  ],
  'act-is-open': [
    'Nobody can agree to that any more: it was withdrawn, or proposed more than 30 days ago.',
    'Have it proposed anew, or do so yourself.',
  ],
  'enough-agree': ['Too few owners and admins agree to that yet.', 'Others have to agree.'],
  outranked: ['Somebody senior did something at the same time that rules this out.', SEE_MEMBERS],
  'link-malformed': [
    'This is not an invitation, or a part of it is missing.',
    'Copy the whole link, from triode: to its end, or ask for a new one.',
  ],
  'code-malformed': [
    'This is not a spoken code.',
    'A code is a number of four digits and two words, such as 4821-crucial-clown.',
  ],
  'invitation-expired': [
    'The invitation has expired.',
    'Ask for a new one; if it is new, check the clock of this computer.',
  ],
  'invitation-refused': [
    '{of, select, invitation_expired {The invitation has expired.} invitation_spent {The invitation has been used already.} invitation_revoked {The invitation was revoked.} invitation_blocked {The invitation is blocked after too many wrong attempts.} other {The invitation was refused: it may have been used, revoked or have expired.}}',
    NEW_INVITATION,
  ],
  'inviter-unreachable': [
    '{of, select, unknown_there {Who answers at the address of the invitation knows nothing of it.} other {The device that made the invitation could not be reached.}}',
    '{of, select, unknown_there {An invitation that was revoked, was used or has expired looks like this: ask for a new one. Or a clock is more than a day off: check that of this computer and the inviter’s.} silent_to_code {It has to be running, in the same network, and the code may have expired or been revoked. Through routers no code leads: ask for a link.} other {It has to be running, in the same network or at an address that can be reached from here. If it is, the invitation may have been revoked: ask for a new one. Across the Internet, with routers in between, both turn on the channel “Far away, through routers”, before the invitation is made, or “Through Tor”.}}',
  ],
  'fingerprint-mismatch': [
    'The device that answered is not the one that made the invitation.',
    'Do not go on. Tell whoever invited you, over another way.',
  ],
  'expiry-out-of-range': [
    '{of, select, spoken {A spoken code lives for an hour at most.} other {{days, plural, one {An invitation lives for # day at most.} other {An invitation lives for # days at most.}}}}',
    'Choose a shorter time, and make a new one when it has ended.',
  ],
  'spoken-not-offered': [
    'Spoken codes use X25519, which is not in the encryption of this circle.',
    'Invite by link or QR code.',
  ],
  'too-many-codes': [
    '{most, plural, one {This device holds # spoken code open already.} other {This device holds # spoken codes open already.}}',
    'Wait until one has ended, or revoke one.',
  ],
  'code-wrong': [
    '{of, select, call {Somebody called with the number of your spoken code and without its words.} other {The device that answered does not know these words: a wrong code, or somebody in between.}}',
    '{of, select, call {A slip while typing, perhaps. If it was not whom you invited, make a new code.} other {Check the code with whoever read it out. After three wrong tries it is dead: ask for a new one.}}',
  ],
  'code-dead': [
    '{of, select, call {Your spoken code was tried too often without its words, and is not good any more.} other {This code is not good any more: it has ended, or was tried too often.}}',
    '{of, select, call {Make a new one. If it was not whom you invited, use a link or meet.} other {Ask for a new code.}}',
  ],
  'scan-malformed': [
    'This is not a code to compare keys with.',
    'Scan what the other device shows for it, whole.',
  ],
  'wrong-circle': ['This code is of another circle.', 'Show the code of the circle that you have in common.'],
  'keys-differ': [
    'WARNING: the keys are not the same. Somebody may stand between you and this person.',
    'Trust nothing said in this circle until you know why: ask in person, and compare the right devices.',
  ],
  'verification-changed': [
    '{name} has a device that you have not verified.{others, plural, =0 {} one { So has # more of those who read this.} other { So have # more of those who read this.}}',
    'Compare the safety words anew before you send anything secret.',
  ],
} as const
