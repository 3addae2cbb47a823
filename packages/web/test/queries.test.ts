import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MutationObserver } from '@tanstack/react-query'
import { applyEvent, makeQueryClient } from '../src/device/queries.ts'

describe('what the page was told', () => {
  const acted = async (options: { gcTime?: number } = {}) => {
    const queries = makeQueryClient()
    const act = new MutationObserver(queries, {
      mutationFn: (_: { passphrase: string }) => Promise.resolve('a link'),
      ...options,
    })
    const leave = act.subscribe(() => undefined)
    await act.mutate({ passphrase: 'open sesame' })
    return { queries, leave }
  }
  const kept = (queries: ReturnType<typeof makeQueryClient>): string =>
    JSON.stringify(
      queries
        .getMutationCache()
        .getAll()
        .map(({ state }) => state),
    )

  it('by who is there no more, a passphrase among it, is not kept', async () => {
    const { queries, leave } = await acted()
    assert.match(kept(queries), /sesame/)
    leave()
    await new Promise((resolve) => setTimeout(resolve, 20))
    assert.equal(kept(queries), '[]')
  })

  it('of a file that somebody lacks is asked anew when the rules may have changed, and of others not', () => {
    const queries = makeQueryClient()
    const tally = (count: number, of: number) => ({ delivered: { count, of } })
    for (const [id, file] of Object.entries({ lacked: tally(1, 2), whole: tally(2, 2), theirs: tally(0, 0) }))
      queries.setQueryData(['file', { id }], file)
    applyEvent(queries, { type: 'roster', circle: 'club' })
    const stale = queries
      .getQueryCache()
      .findAll({ queryKey: ['file'] })
      .filter(({ state }) => state.isInvalidated)
      .map(({ queryKey }) => queryKey[1])
    assert.deepEqual(stale, [{ id: 'lacked' }])
    queries.clear()
  })

  it('is thrown away with a lock, what was handed over and what came of it as well', async () => {
    const { queries, leave } = await acted({ gcTime: 300_000 })
    leave()
    assert.match(kept(queries), /sesame/)
    queries.setQueryData(['circles', {}], { circles: [] })
    queries.setQueryData(['status', {}], { state: 'locked' })
    applyEvent(queries, { type: 'lock' })
    assert.equal(kept(queries), '[]')
    const queriesLeft = queries
      .getQueryCache()
      .getAll()
      .map(({ queryKey }) => queryKey[0])
    assert.deepEqual(queriesLeft, ['status'])
    queries.clear()
  })
})
