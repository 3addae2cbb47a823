/** Every event of the audit log (spec §14.2): the one table. Codes and the order of fields are stable: append only. */

/** What a field holds: an id or hash in base32, a kebab-case word, or a number that is not negative. */
export const AUDIT_FIELD = {
  circle: 'id',
  device: 'id',
  member: 'id',
  /** The member who did it. */
  by: 'id',
  invitation: 'id',
  conversation: 'id',
  /** A file's content. */
  blob: 'id',
  /** Hash of a public audit key. */
  key: 'id',
  hash: 'id',
  /** Hash of the log entry that is a proposal. */
  act: 'id',
  role: 'word',
  /** Type of that entry. */
  kind: 'word',
  reason: 'word',
  channel: 'word',
  /** Key and value of a policy. */
  setting: 'word',
  value: 'word',
  count: 'number',
  /** Times are milliseconds since 1970. */
  firstAt: 'number',
  lastAt: 'number',
  /** By the clock of who did it. */
  actedAt: 'number',
  expires: 'number',
  seq: 'number',
  damagedAt: 'number',
  generation: 'number',
  epoch: 'number',
} as const
export type AuditField = keyof typeof AUDIT_FIELD

export const AUDIT_OUTCOME = { done: 'done', failed: 'failed' } as const
export type AuditOutcome = (typeof AUDIT_OUTCOME)[keyof typeof AUDIT_OUTCOME]

interface Row {
  readonly means: string
  readonly outcome: AuditOutcome
  /** In the order in which they are written. */
  readonly fields: readonly AuditField[]
  /** Written after the others, where known. */
  readonly perhaps: readonly AuditField[]
}

function done<const F extends AuditField = never, const P extends AuditField = never>(
  means: string,
  fields: readonly F[] = [],
  perhaps: readonly P[] = [],
) {
  return { means, outcome: 'done', fields, perhaps } as const
}

function failed<const F extends AuditField = never, const P extends AuditField = never>(
  means: string,
  fields: readonly F[] = [],
  perhaps: readonly P[] = [],
) {
  return { means, outcome: 'failed', fields, perhaps } as const
}

export const AUDIT_EVENTS = {
  // the vault
  'vault-made': done('the vault was made', ['key']),
  'vault-unlocked': done('the vault was unlocked'),
  'passphrase-refused': failed('wrong passphrases were given', ['count', 'firstAt', 'lastAt']),
  'vault-locked': done('the vault was locked', ['reason']),
  'passphrase-changed': done('the passphrase was changed'),
  'backup-written': done('a backup was begun'),
  'vault-restored': done('the vault was made from a backup', ['key', 'count']),
  'data-exported': done('data were exported', [], ['circle', 'conversation']),
  'file-saved': done('a file was saved outside of the vault', ['circle', 'conversation', 'blob']),
  // the log itself
  'audit-exported': done('the audit log was exported', [], ['circle']),
  'log-pruned': done('the oldest records were removed', ['seq', 'hash'], ['damagedAt']),
  'log-broken': failed('the audit log was found missing or damaged, and begun anew', ['seq']),
  // circles
  'circle-created': done('a circle was made', ['circle', 'device', 'member']),
  'circle-joined': done('this device joined a circle', ['circle', 'device', 'member'], ['by']),
  'circle-left': done('this device left a circle and erased it', ['circle']),
  'circle-dissolved': done('a circle was dissolved', ['circle'], ['by', 'actedAt']),
  'policy-changed': done('a policy of a circle changed', ['circle', 'setting', 'value'], ['by', 'actedAt']),
  'circle-secret-rotated': done('a circle has a new secret', ['circle', 'generation']),
  // invitations
  'invitation-made': done('this device made an invitation', ['circle', 'invitation', 'expires'], ['role']),
  'invitation-revoked': done('an invitation of this device was revoked', ['circle', 'invitation']),
  'invitation-used': done('somebody joined by an invitation', ['circle', 'invitation'], ['member']),
  'invitation-refused': failed(
    'somebody who came with an invitation was refused',
    ['reason'],
    ['circle', 'channel'],
  ),
  // members and devices
  'member-admitted': done(
    'a member was admitted',
    ['circle', 'member', 'role'],
    ['by', 'actedAt', 'invitation'],
  ),
  'member-left': done('a member left', ['circle', 'member'], ['actedAt']),
  'member-removed': done('a member was removed', ['circle', 'member'], ['by', 'actedAt']),
  'member-suspended': done('a member was suspended', ['circle', 'member'], ['by', 'actedAt']),
  'member-restored': done('a member takes part again', ['circle', 'member'], ['by', 'actedAt']),
  'role-changed': done('a member has another role', ['circle', 'member', 'role'], ['by', 'actedAt']),
  'device-added': done('a device was added', ['circle', 'member', 'device'], ['by', 'actedAt']),
  'device-revoked': done('a device was revoked', ['circle', 'member', 'device'], ['by', 'actedAt']),
  'verification-set': done('a device was marked as verified', ['circle', 'device']),
  'verification-removed': done('a verification was taken back', ['circle', 'device']),
  'verification-changed': failed('a verified member has another key', ['circle', 'member'], ['device']),
  // acts to which others must agree
  'act-proposed': done(
    'something was proposed to which others must agree',
    ['circle', 'act', 'kind', 'expires'],
    ['by', 'actedAt', 'member', 'role', 'setting', 'value'],
  ),
  'act-approved': done('a member agreed to what was proposed', ['circle', 'act'], ['by', 'actedAt']),
  'act-withdrawn': done('a proposal was taken back', ['circle', 'act'], ['by', 'actedAt']),
  // keys of this device
  'epoch-started': done('this device began a key epoch', ['circle', 'conversation', 'epoch']),
  'sealing-key-rotated': done('this device has a new sealing key', ['circle', 'generation']),
  // peers
  'peer-refused': failed('a caller was refused', ['reason'], ['circle', 'channel']),
  'peer-dropped': failed('a device broke the protocol', ['reason'], ['circle', 'device', 'channel']),
  'feed-forked': failed('a device signed two histories', ['circle'], ['device']),
  'peer-faults-counted': failed('more of such faults came than are entered one by one', [
    'count',
    'firstAt',
    'lastAt',
  ]),
} as const

export type AuditEvent = keyof typeof AUDIT_EVENTS

type Fields<F extends AuditField> = {
  readonly [K in F]: (typeof AUDIT_FIELD)[K] extends 'number' ? number : string
}

/** What is entered: the code of an event and its fields. */
export type AuditEntry = {
  [E in AuditEvent]: { readonly event: E } & Fields<(typeof AUDIT_EVENTS)[E]['fields'][number]> &
    Partial<Fields<(typeof AUDIT_EVENTS)[E]['perhaps'][number]>>
}[AuditEvent]

export function isAuditEvent(text: string): text is AuditEvent {
  return Object.hasOwn(AUDIT_EVENTS, text)
}

/** The fields that an entry of this event may have, in order, and which it must have. */
export function auditFieldsOf(event: AuditEvent): readonly { name: AuditField; required: boolean }[] {
  const { fields, perhaps }: Row = AUDIT_EVENTS[event]
  return [
    ...fields.map((name) => ({ name, required: true })),
    ...perhaps.map((name) => ({ name, required: false })),
  ]
}
