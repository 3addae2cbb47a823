/** The conversation of a whole circle, which has an id of its own. */
import { useRoute } from '../device/queries.ts'

/** @returns its id, or undefined while that is unknown, or where this device may not read it */
export function useCircleConversation(circle: string): string | undefined {
  const { data } = useRoute('conversations', {})
  return data?.conversations.find((one) => one.circle === circle && one.kind === 'circle')?.conversation
}
