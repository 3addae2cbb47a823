/** What became of what was being done when it failed: of a message, a file, a circle. */
import type { ApiFault } from '@triode/api'
import type { Texts } from '../i18n/context.ts'
import type { OUTCOMES } from '../i18n/en/outcomes.ts'

type OutcomeKey = keyof typeof OUTCOMES

/** What a page can do that can fail. */
export type Act = OutcomeKey extends infer Key ? (Key extends `outcome.${infer Name}` ? Name : never) : never

/** No answer came, or none that says what was done: a thrown fault of the device itself means that nothing changed (spec §13.4). */
const UNANSWERED: readonly string[] = ['not-running', 'bad-answer', 'unexpected']

/** Whose sentences say themselves what is so where nobody knows whether it was done. */
const SAY_BOTH: readonly Act[] = [
  'look',
  'send',
  'edit',
  'attach',
  'voice',
  'delete',
  'forward',
  'getFile',
  'join',
  'unlock',
  'open',
  'lock',
  'wipe',
]

export function outcomeOf(t: Texts['t'], act: Act, { code }: Pick<ApiFault, 'code'>): string {
  const isKnown = !UNANSWERED.includes(code)
  if (!isKnown && !SAY_BOTH.includes(act)) return t('outcome.unknown')
  return t(`outcome.${act}`, { known: isKnown ? 'yes' : 'no' })
}
