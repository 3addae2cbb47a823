/** What a device offers of one's other devices. */
import type { InvitationMade } from './invitation.ts'
import type { CircleRef } from './reference.ts'
import type { AddDeviceInput, OwnDevice } from './roles.ts'
import type { SpokenMade } from './spoken.ts'

export interface OwnDeviceService {
  /** An invitation that admits a further device of one's own. @throws as `invite`, 'devices-are-few' */
  addDevice(input: AddDeviceInput): Promise<InvitationMade>
  /** As addDevice, by a code that is read out. @throws CallerFault as `addDevice` and `inviteSpoken` */
  addDeviceSpoken(input: AddDeviceInput): Promise<SpokenMade>
  /** Of one circle or of all; revoked ones last. */
  devices(circle?: CircleRef): Promise<OwnDevice[]>
  /** @param device its id, the unambiguous beginning of it, or its name. @throws CallerFault 'name-invalid' */
  renameDevice(device: string, name: string): Promise<OwnDevice>
  /** @throws CallerFault 'device-is-not-last', or another rule */
  revokeDevice(device: string): Promise<OwnDevice>
}
