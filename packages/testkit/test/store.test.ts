import { type MemoryStore, createMemoryStore, storeCompliance, type StoreUnderTest } from '@triode/testkit'

function underTest(store: MemoryStore): StoreUnderTest {
  return { store, reopen: () => underTest(store.crash()), dispose: () => {} }
}

storeCompliance('memory', () => underTest(createMemoryStore()))
