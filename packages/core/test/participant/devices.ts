/** Members with several devices on memory links, by name. */
import { linkInMemory, type MemoryLinkOptions, type MemoryLinkPair } from '@triode/testkit'
import {
  createTestCircle,
  type TestCircle,
  type TestCircleOptions,
  type TestDevice,
} from '../sync/circleOf.ts'

export interface Links {
  join(one: string, other: string, carry?: MemoryLinkOptions['carry']): MemoryLinkPair
  cut(one: string, other: string): void
}

export function linksOf(circle: TestCircle): Links {
  const pairs = new Map<string, MemoryLinkPair>()
  const key = (one: string, other: string): string => [one, other].sort().join('/')
  return {
    join(one, other, carry) {
      const [first, second] = [circle.get(one).participant, circle.get(other).participant]
      const options = { delayMs: () => 5, ...(carry && { carry }) }
      const pair = linkInMemory(circle.clock, first, second, options)
      pairs.set(key(one, other), pair)
      return pair
    },
    cut(one, other) {
      pairs.get(key(one, other))?.cut()
      circle.settle(1_000)
    },
  }
}

export interface Household {
  readonly circle: TestCircle
  readonly links: Links
  readonly laptop: TestDevice
  readonly phone: TestDevice
  readonly bob: TestDevice
}

/** One member's laptop and phone and another member, Bob, all connected. */
export function laptopAndPhone(options: TestCircleOptions = {}): Household {
  const circle = createTestCircle('household', options)
  const laptop = circle.add('laptop')
  const phone = circle.add('phone', 'laptop')
  const bob = circle.add('bob')
  const links = linksOf(circle)
  links.join('laptop', 'phone')
  links.join('laptop', 'bob')
  links.join('phone', 'bob')
  circle.settle()
  return { circle, links, laptop, phone, bob }
}
