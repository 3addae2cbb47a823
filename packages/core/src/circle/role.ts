/** Roles, and the one table of what each may do (spec §5.4). What the table does not allow is refused. */

export const ROLE = {
  owner: 'owner',
  admin: 'admin',
  member: 'member',
  guest: 'guest',
  keeper: 'keeper',
} as const
export type Role = (typeof ROLE)[keyof typeof ROLE]

/** From the most to the least trusted: of two concurrent roles the later one in this list counts (spec §5.6). */
export const ROLES: readonly Role[] = [ROLE.owner, ROLE.admin, ROLE.member, ROLE.guest, ROLE.keeper]

export const ACTION = {
  /** Invite, and admit, someone with a role. */
  invite: 'invite',
  /** Revoke an invitation that another member made. */
  revokeOthersInvitation: 'revokeOthersInvitation',
  /** Remove a member that has a role. */
  remove: 'remove',
  /** Take a role from a member. */
  takeRole: 'takeRole',
  /** Give a role to a member. */
  giveRole: 'giveRole',
  rename: 'rename',
  createRoom: 'createRoom',
  /** Be put in a room; and of a room one is in but did not make: */
  joinRoom: 'joinRoom',
  changeOthersRoom: 'changeOthersRoom',
  /** Read the conversation of the whole circle, and direct ones. */
  readCircle: 'readCircle',
  /** Suspend a member that has a role, and restore it. */
  suspend: 'suspend',
  restore: 'restore',
  /** Make a member that has a role owner in one's own place. */
  transfer: 'transfer',
  /** End the circle. */
  dissolve: 'dissolve',
  setPolicy: 'setPolicy',
  /** Agree to a destructive act of another, if one may do it oneself. */
  approve: 'approve',
  /** Invite, and admit, a further device of one's own. */
  addDevice: 'addDevice',
  /** Revoke a device of one's own. */
  revokeOwnDevice: 'revokeOwnDevice',
  nickname: 'nickname',
  leave: 'leave',
} as const
export type Action = (typeof ACTION)[keyof typeof ACTION]

/** Yes, or yes towards these roles. */
type Right = true | readonly Role[]

const BELOW_ADMIN: readonly Role[] = [ROLE.member, ROLE.guest, ROLE.keeper]

/** The role-by-action matrix. An absent cell denies. */
export const MAY: Readonly<Record<Role, Readonly<Partial<Record<Action, Right>>>>> = {
  owner: {
    invite: ROLES,
    revokeOthersInvitation: true,
    remove: ROLES,
    takeRole: ROLES,
    giveRole: ROLES,
    rename: true,
    createRoom: true,
    joinRoom: true,
    changeOthersRoom: true,
    readCircle: true,
    suspend: ROLES,
    restore: ROLES,
    transfer: [ROLE.admin, ROLE.member],
    dissolve: true,
    setPolicy: true,
    approve: true,
    addDevice: true,
    revokeOwnDevice: true,
    nickname: true,
    leave: true,
  },
  admin: {
    invite: BELOW_ADMIN,
    revokeOthersInvitation: true,
    remove: BELOW_ADMIN,
    takeRole: BELOW_ADMIN,
    giveRole: BELOW_ADMIN,
    rename: true,
    createRoom: true,
    joinRoom: true,
    changeOthersRoom: true,
    readCircle: true,
    suspend: BELOW_ADMIN,
    restore: BELOW_ADMIN,
    setPolicy: true,
    approve: true,
    addDevice: true,
    revokeOwnDevice: true,
    nickname: true,
    leave: true,
  },
  member: {
    invite: [ROLE.member, ROLE.guest],
    createRoom: true,
    joinRoom: true,
    readCircle: true,
    addDevice: true,
    revokeOwnDevice: true,
    nickname: true,
    leave: true,
  },
  guest: { joinRoom: true, addDevice: true, revokeOwnDevice: true, nickname: true, leave: true },
  // Not `nickname`: names are sealed under a key that keepers don't have (spec §5.13).
  keeper: { revokeOwnDevice: true, leave: true },
}

/** Whether `role` may do `action`, and towards someone of role `towards` where the cell distinguishes. */
export function mayDo(role: Role, action: Action, towards?: Role): boolean {
  const right = MAY[role][action]
  if (right === undefined) return false
  return right === true || (towards !== undefined && right.includes(towards))
}

/** Of several roles the least trusted one; `owner` of none. */
export function leastOf(roles: readonly Role[]): Role {
  return ROLES[roles.reduce((least, role) => Math.max(least, ROLES.indexOf(role)), 0)] ?? ROLE.keeper
}

/** Whether it may approve what others do: owners and admins. */
export function isRuling(role: Role): boolean {
  return mayDo(role, 'approve')
}

export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text)
}
