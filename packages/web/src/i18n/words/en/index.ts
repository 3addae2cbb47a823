import { ASKED } from './asked.ts'
import { EVENTS, FIELDS, KINDS, REASONS } from './audit.ts'
import { CIRCLE } from './circle.ts'
import { FILES } from './files.ts'
import { PEERS } from './peers.ts'
import { STATE } from './state.ts'
import { WAYS } from './ways.ts'

export const WORDS_EN = {
  faults: { ...ASKED, ...STATE, ...FILES, ...CIRCLE, ...WAYS },
  peers: PEERS,
  events: EVENTS,
  fields: FIELDS,
  reasons: REASONS,
  kinds: KINDS,
}
