/** What a device offers of circles: invitations, members, tunnels. */
import type { InvitationId } from '@triode/core'
import type {
  CircleDetail,
  CircleSummary,
  CreateCircleInput,
  LeaveOptions,
  RenameCircleInput,
  SetNicknameInput,
} from './circle.ts'
import type { Invitation, InvitationMade, InviteInput, JoinInput, Joined } from './invitation.ts'
import type { Member, Peer, ShownKeys } from './member.ts'
import type { NetworkView } from './network.ts'
import type { CircleRef, MemberRef } from './reference.ts'
import type { SpokenInput, SpokenMade } from './spoken.ts'

export interface CircleService {
  /** @throws CallerFault 'name-invalid' | 'suite-unknown' */
  createCircle(input: CreateCircleInput): Promise<CircleSummary>
  circles(): Promise<CircleSummary[]>
  circle(circle: CircleRef): Promise<CircleDetail>
  /**
   * Tells the circle, then erases it from this device; cut short, that is finished at the next unlock. Whoever was removed, or
   * whose circle was dissolved, only erases it.
   * @throws CallerFault 'last-owner' when others would stay without an owner, unless forced
   */
  leaveCircle(circle: CircleRef, options?: LeaveOptions): Promise<void>
  network(circle: CircleRef): Promise<NetworkView>
  /** @throws CallerFault 'name-invalid' | 'not-allowed' */
  renameCircle(input: RenameCircleInput): Promise<CircleSummary>
  /** @returns oneself in that circle @throws CallerFault 'name-invalid' */
  setNickname(input: SetNicknameInput): Promise<Member>
  /** @throws CallerFault 'expiry-out-of-range' | 'role-unknown' */
  invite(input: InviteInput): Promise<InvitationMade>
  /** Live ones first, then spent, revoked and expired ones. Never the secret. */
  invitations(circle: CircleRef): Promise<Invitation[]>
  /** @throws CallerFault 'invitation-spent' when someone has joined with it already */
  revokeInvitation(invitation: InvitationId | string): Promise<void>
  /**
   * An invitation by a code that is read out. @throws CallerFault as `invite`, 'spoken-not-offered' (the circle's suite is
   * not hybrid) | 'too-many-codes'
   */
  inviteSpoken(input: SpokenInput): Promise<SpokenMade>
  /**
   * Dials the inviter over any channel, proves the secret and is admitted.
   * Asked twice at a time for the same, it is done once; by another link to the same circle, the first is looked for no longer. Cut short by whatever, it may be tried again with the same link.
   * @throws CallerFault 'link-malformed' | 'code-malformed' | 'address-malformed' | 'already-member' | 'name-invalid' |
   *   'invitation-expired' (by our own clock) | 'suite-unknown'
   * @throws PeerFault 'invitation-refused' (spent, revoked, expired or unknown there) | 'fingerprint-mismatch' | 'code-wrong' |
   *   'code-dead'
   * @throws Unavailable 'inviter-unreachable' after `timeoutMs` (default 30,000) | 'link-broken' | 'timed-out'
   */
  join(input: JoinInput): Promise<Joined>
  members(circle: CircleRef): Promise<Member[]>
  member(member: MemberRef): Promise<Member>
  /** Remembers that a person compared the safety words (or takes it back); returns the member afterwards. */
  setVerified(member: MemberRef, verified: boolean): Promise<Member>
  /** What a member's device scans to compare keys. @throws CallerFault 'not-allowed' of oneself */
  shownKeys(member: MemberRef): Promise<ShownKeys>
  /**
   * Compares what a member's device shows, both ways, and remembers that the key of that device was compared; returns the member
   * afterwards. @throws CallerFault 'keys-differ' | 'wrong-circle' | 'scan-malformed' | 'not-allowed' of oneself; then nothing changes
   */
  verifyScanned(member: MemberRef, text: string): Promise<Member>
  /** Live tunnels, of one circle or of all. */
  peers(circle?: CircleRef): Promise<Peer[]>
}
