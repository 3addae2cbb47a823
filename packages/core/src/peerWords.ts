/**
 * What others do or send, in English for people: what happened, and what to do. A device says it so, and so does the page, which
 * also says it in other languages.
 */

const NO_HARM = 'Nothing is to be done: they were told nothing, and got no further.'
const NEW_ONE = 'If it was whom you invited, make a new invitation.'

/** Of what has no words of its own a person needs to know no more; the first sentence is without its end. */
export const PROTOCOL_BROKEN = [
  'The other device broke the protocol',
  'Nothing of it was kept. If it goes on, ask whose device it is whether it runs the same version.',
] as const

/** By the code of the PeerFault. */
export const PEER_WORDS = {
  'drop-wrong': [
    'What was left at a keeper in the name of a member is not what that member signed.',
    'Nothing of it was kept. Messages come from another keeper, or from the member itself.',
  ],
  'handshake-failed': ['Somebody called, or was called, and did not get through the handshake.', NO_HARM],
  'invitation-blocked': ['An invitation was tried wrongly too often.', NEW_ONE],
  'invitation-expired': ['Somebody came with an invitation that has expired.', NEW_ONE],
  'invitation-revoked': ['Somebody came with an invitation that was revoked.', NEW_ONE],
  'invitation-spent': ['Somebody came with an invitation that was used already.', NEW_ONE],
  'invitation-unknown': ['Somebody came with an invitation that is not known here.', NEW_ONE],
  'join-failed': ['Somebody who came with an invitation could not be let in.', NEW_ONE],
  'join-timeout': ['Somebody came with an invitation and did not go on.', NO_HARM],
  'knock-unknown': [
    'A name was called by that is not known there.',
    'Nothing was told. A clock that is more than a day off looks like this too.',
  ],
  'not-a-member': ['Whoever called is not in the circle, or not any more.', NO_HARM],
  'peer-not-authorized': ['Whoever called, or answered, is not who may.', NO_HARM],
  'proof-invalid': ['Somebody came with an invitation and could not prove to have it.', NO_HARM],
} as const
