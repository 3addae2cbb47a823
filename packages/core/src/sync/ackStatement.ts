import { fromBase32 } from '../base32.ts'
import { concat, u32, utf8 } from '../bytes.ts'
import { LABEL } from '../crypto/labels.ts'
import type { ConversationId } from '../id.ts'
import type { Acknowledgement } from './frame.ts'

/** What a reader signs to say how far it has a feed (spec §10.5). */
export function acknowledgementStatement(
  conversation: ConversationId,
  ack: Omit<Acknowledgement, 'signature'>,
): Uint8Array {
  const place = concat(fromBase32(conversation), fromBase32(ack.feed), fromBase32(ack.device))
  return concat(utf8(LABEL.acknowledgement), place, u32(ack.seq), u32(ack.read))
}
