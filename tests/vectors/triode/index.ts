/** Every area of docs/spec/vectors. A new format is a module beside this one and a line here. */
import type { Area } from './area.ts'
import { attachments } from './attachments.ts'
import { audit } from './audit.ts'
import { cards } from './cards.ts'
import { chunks } from './chunks.ts'
import { circleSecrets } from './circleSecrets.ts'
import { codec } from './codec.ts'
import { drops } from './drops.ts'
import { feeds } from './feeds.ts'
import { identifiers } from './identifiers.ts'
import { invitations, joining, networkNames, words } from './joining.ts'
import { items } from './items.ts'
import { labels } from './labels.ts'
import { logEntries, membershipLog } from './membershipLog.ts'
import { messages, order } from './messages.ts'
import { padding } from './padding.ts'
import { scannedKeys } from './scannedKeys.ts'
import { sealedNames } from './sealedNames.ts'
import { spokenCodes } from './spoken.ts'
import { suites } from './suites.ts'
import { acknowledgements, sync } from './sync.ts'
import { transfer } from './transfer.ts'
import { vault } from './vault.ts'

export const AREAS: readonly Area[] = [
  identifiers,
  labels,
  codec,
  suites,
  logEntries,
  membershipLog,
  sealedNames,
  cards,
  circleSecrets,
  invitations,
  joining,
  networkNames,
  words,
  scannedKeys,
  spokenCodes,
  feeds,
  padding,
  items,
  sync,
  acknowledgements,
  drops,
  messages,
  order,
  attachments,
  chunks,
  transfer,
  vault,
  audit,
]
