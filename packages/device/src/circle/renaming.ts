/** What circles are called, and oneself in them (spec §5.3). */
import { ACTION, CallerFault, isName, MAX_NAME_LENGTH } from '@triode/core'
import { resolveCircle } from '../resolve.ts'
import { explained } from './ruleFaults.ts'
import type * as service from '../service.ts'
import { requireActive } from './standing.ts'
import { checkNickname } from '../vault/stateFaults.ts'
import type { Unlocked } from '../unlocked.ts'
import { circleSummary, memberView } from '../views.ts'

/** @throws CallerFault 'name-invalid' | 'not-allowed' */
export function renameCircle(
  unlocked: Unlocked,
  { circle: reference, name }: service.RenameCircleInput,
): service.CircleSummary {
  const circle = resolveCircle(unlocked.circles, reference)
  requireActive(circle)
  if (!isName(name, MAX_NAME_LENGTH)) throw badName()
  const attempt = { action: ACTION.rename, doing: 'renaming the circle' }
  explained(circle, attempt, () => circle.append({ type: 'rename', name }))
  return circleSummary(circle)
}

/** @throws CallerFault 'name-invalid' */
export function setNickname(
  unlocked: Unlocked,
  { circle: reference, nickname }: service.SetNicknameInput,
): service.Member {
  const circle = resolveCircle(unlocked.circles, reference)
  requireActive(circle)
  if (nickname !== null) checkNickname(nickname)
  const attempt = { action: ACTION.nickname, doing: 'naming yourself' }
  explained(circle, attempt, () => circle.append({ type: 'nickname', nickname: nickname ?? undefined }))
  const me = circle.state.members.get(circle.member)
  if (me === undefined) throw new Error('this device is active in the circle and no member of it')
  return memberView(circle, me, (device) => unlocked.network.isUp(circle.id, device as never))
}

function badName(): CallerFault {
  return new CallerFault('name-invalid', {
    details: { most: MAX_NAME_LENGTH },
    message: `A name has 1 to ${MAX_NAME_LENGTH} characters.`,
    remedy: 'Choose another.',
  })
}
