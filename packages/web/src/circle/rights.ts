/**
 * What each role may do, as far as the page offers it (spec §5.4). The device decides: this only spares people buttons that
 * would be refused. A test holds it to the device's own table.
 */
export const ROLES = ['owner', 'admin', 'member', 'guest', 'keeper'] as const
export type Role = (typeof ROLES)[number]

const BELOW_ADMIN: readonly Role[] = ['member', 'guest', 'keeper']

/** Roles as which somebody may be invited. */
export function mayInviteAs(role: string): readonly Role[] {
  if (role === 'owner') return ROLES
  if (role === 'admin') return BELOW_ADMIN
  return role === 'member' ? ['member', 'guest'] : []
}

/** Whether one may suspend, restore and remove a member of that role, and take the role. */
export function mayGovern(role: string, towards: string): boolean {
  return mayGive(role).some((one) => one === towards)
}

/** Roles that one may give. */
export function mayGive(role: string): readonly Role[] {
  if (role === 'owner') return ROLES
  return role === 'admin' ? BELOW_ADMIN : []
}

/** Whether one may make a member of that role the owner in one's own place. */
export function mayTransferTo(role: string, towards: string): boolean {
  return role === 'owner' && (towards === 'admin' || towards === 'member')
}

export function mayDissolve(role: string): boolean {
  return role === 'owner'
}

export function mayRename(role: string): boolean {
  return role === 'owner' || role === 'admin'
}

/** Whether a member of that role can say how it is called. */
export function mayNameItself(role: string): boolean {
  return role !== 'keeper'
}

export function mayAddDevice(role: string): boolean {
  return role !== 'keeper'
}

export function mayCreateRoom(role: string): boolean {
  return role === 'owner' || role === 'admin' || role === 'member'
}

/** Whether a member of that role can be in rooms. */
export function mayJoinRoom(role: string): boolean {
  return role !== 'keeper'
}

/** Direct conversations, and that of the circle. */
export function mayReadCircle(role: string): boolean {
  return role === 'owner' || role === 'admin' || role === 'member'
}

/** Whether `role` is higher than `than`. */
export function isHigher(role: Role, than: string): boolean {
  return ROLES.indexOf(role) < ROLES.findIndex((one) => one === than)
}
