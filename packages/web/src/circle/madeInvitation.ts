/** An invitation that was just made: the only time that its secret is shown. */
import type { Output } from '@triode/api'

export type Way = 'link' | 'code'

export type MadeInvitation =
  ({ readonly way: 'link' } & Output<'invite'>) | ({ readonly way: 'code' } & Output<'inviteSpoken'>)
