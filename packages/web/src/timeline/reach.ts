/** How far a message of one's own got. */
import type { Message } from '@triode/api'
import { usePeople } from './people.ts'

/** `kept`: it is meant for no other device, and waits for none. */
export type Reach = Message['state'] | 'kept'

/** Of notes to oneself the device says that no other one has them (spec §11.6): with a second device they wait for that, without it for nothing. */
export function useReach({ state, delivered }: Message): Reach {
  const { all } = usePeople()
  const own = all.find(({ me }) => me)
  const isForNobody = delivered.of === 0 && own?.devices.length === 1
  return state === 'queued' && isForNobody ? 'kept' : state
}
