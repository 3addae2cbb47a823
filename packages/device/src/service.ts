/**
 * What a running device offers to its faces: the one interface that the API serves and `openDevice` implements.
 *
 * Conventions, for every method:
 * - One home (a folder) holds one vault with any number of circles.
 * - Times are milliseconds since 1970-01-01 UTC, durations milliseconds, as their names say.
 * - An id is lower-case base32. Where a *reference* is taken (`CircleRef`, `MemberRef`, `Where`), an id or an
 *   unambiguous name will do; see `resolve` for the rules.
 * - Without a vault every method but `status`, `init`, `restore`, `subscribe` and `close` throws CallerFault 'no-vault';
 *   while locked, all but those and `unlock`, `lock`, `wipe` throw CallerFault 'locked'. `init` and `restore` on a home
 *   that has a vault throw CallerFault 'vault-exists'.
 * - What cannot be found throws CallerFault 'not-found', a name that fits several things CallerFault 'ambiguous' (its
 *   message lists the candidates with their ids), what a role does not allow CallerFault 'not-allowed'.
 * - What needs an active device throws CallerFault 'removed', 'suspended', 'revoked' or 'dissolved' in a circle where this one is
 *   not, naming by whom and when; reading what is here goes on.
 * - A full disk throws Unavailable 'disk-full', a damaged database IntegrityFault 'vault-damaged'.
 * - A returned promise means the effect is durable. A thrown fault means nothing changed.
 */
import type { AuditService } from './service/audit.ts'
import type { CircleService } from './service/circleService.ts'
import type { DiagnosisService } from './service/diagnosis.ts'
import type { DeviceEvent } from './service/event.ts'
import type { FileService } from './service/file.ts'
import type { KeepingService } from './service/keeping.ts'
import type { MessageService } from './service/messageService.ts'
import type { DeviceOptions } from './service/options.ts'
import type { OwnDeviceService } from './service/ownDevice.ts'
import type { RoleService } from './service/roles.ts'
import type { RoomService } from './service/room.ts'
import type { VaultService } from './service/vault.ts'

export * from './service/audit.ts'
export * from './service/circle.ts'
export * from './service/circleService.ts'
export * from './service/conversation.ts'
export type * from './service/delivery.ts'
export type * from './service/diagnosis.ts'
export * from './service/event.ts'
export * from './service/file.ts'
export type * from './service/fileSummary.ts'
export * from './service/invitation.ts'
export type * from './service/keeping.ts'
export type * from './service/spoken.ts'
export * from './service/member.ts'
export * from './service/message.ts'
export * from './service/messageService.ts'
export * from './service/options.ts'
export type * from './service/network.ts'
export type * from './service/ownDevice.ts'
export * from './service/reference.ts'
export type * from './service/roles.ts'
export type * from './service/room.ts'
export * from './service/vault.ts'

/**
 * Opens the device of a home without unlocking it: with no vault there the state is 'new', else 'locked'.
 * Channels start at unlock and stop at lock. A channel that the machine can't offer is reported in `status`; it never
 * fails the opening.
 * @throws CallerFault 'channel-unknown' | 'address-malformed'
 * @throws Unavailable 'home-in-use' when another process holds the home
 * @throws IntegrityFault 'vault-damaged'
 */
export type OpenDevice = (options: DeviceOptions) => Promise<DeviceService>

export interface DeviceService
  extends
    VaultService,
    CircleService,
    RoleService,
    OwnDeviceService,
    MessageService,
    RoomService,
    DiagnosisService,
    KeepingService,
    FileService,
    AuditService {
  /** From now on; the listener must not throw and gets events in order. @returns the cancellation, idempotent */
  subscribe(listener: (event: DeviceEvent) => void): () => void
}
