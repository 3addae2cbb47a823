export { nodePrimitives } from './primitives.ts'
export { systemClock } from './systemClock.ts'
export { systemRandom } from './systemRandom.ts'
