export * from './memorySearch.ts'
export * from './memoryStore.ts'
export * from './seededRandom.ts'
export * from './virtualClock.ts'
