/** Of what others do or send: by the code of the fault, what happened and what to do. `other` is for all that breaks the protocol. */
import { PEER_WORDS, PROTOCOL_BROKEN } from '@triode/api'

export const PEERS = {
  ...PEER_WORDS,
  other: [`${PROTOCOL_BROKEN[0]}.`, PROTOCOL_BROKEN[1]],
  'clock-differs': [
    '{of, select, behind {{days, plural, one {A device that knows the circle {circle} calls with a clock # day ahead of this one’s.} other {A device that knows the circle {circle} calls with a clock # days ahead of this one’s.}}} other {{days, plural, one {A device that knows the circle {circle} calls with a clock # day behind this one’s.} other {A device that knows the circle {circle} calls with a clock # days behind this one’s.}}}}',
    'Set the clock that is wrong. More than a day apart, devices can’t find each other, and messages between them wait.',
  ],
  'clock-suspected': [
    'Whoever answers at an address of the circle {circle} does not know this device’s call.',
    'Check the clock of this computer: more than a day off, the others take it for a stranger.',
  ],
  'chunk-wrong': [
    'A device sent a part of a file that does not belong to it.',
    'Nothing of it was kept; the file comes from another device, or anew.',
  ],
  'member-share-used-up': [
    'A member sent more than one member may keep on this device.',
    'What is beyond that waits with its author. Make room, or ask them to send less.',
  ],
  'code-wrong': [
    'Somebody called with the number of a spoken code and without its words.',
    'A slip while typing, perhaps. If it was not whom you invited, make a new code.',
  ],
  'code-dead': [
    'A spoken code was tried too often without its words, and is not good any more.',
    'Make a new one. If it was not whom you invited, use a link or meet.',
  ],
} as const
