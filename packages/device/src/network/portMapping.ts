/** Whether the circles of this device let it have its router let calls in (policy `port-mapping`, spec §5.11, §8.1). */
import { policyOf } from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'

/** One circle that forbids it is enough: the port would lead to the machine, not to a circle. */
export function mayMapPort(circles: Iterable<CircleRuntime>): boolean {
  for (const { standing, state } of circles) {
    if (standing.standing === 'active' && policyOf(state.policies, 'port-mapping') === 'none') return false
  }
  return true
}
