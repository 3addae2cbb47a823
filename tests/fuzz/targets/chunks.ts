/** Chunks and pages of a blob's tree, from whoever sends them. */
import { chunkShapeOf, hashPage, openChunk, sealChunk, verifyPage, type Tree } from '@triode/core'
import { filled, primitives } from '../../vectors/triode/cast.ts'
import { ContractBroken, target, type Target } from '../target.ts'

const key = filled(32, 1)
const chunk = filled(300, 3)
const tree: Tree = { primitives, hash: 'sha256', shape: chunkShapeOf(600_000) }
const page = { level: 0, index: 0, hashes: filled(96, 4) }
const above = hashPage(tree, page)

export const chunkTargets: readonly Target[] = [
  target({
    name: 'sealed-chunk',
    covers: ['core/file/chunkCipher.ts openChunk'],
    faults: [],
    seeds: () => [sealChunk(primitives, key, 7, chunk), filled(16, 0)],
    decode: (input) => {
      const opened = openChunk(primitives, key, 7, input)
      const isOurs =
        opened !== undefined && Buffer.compare(sealChunk(primitives, key, 7, opened), input) === 0
      if (opened !== undefined && !isOurs) throw new ContractBroken('it opened what nobody sealed')
    },
  }),
  target({
    name: 'tree-page',
    covers: ['core/file/tree.ts verifyPage'],
    faults: [],
    seeds: () => [page.hashes, filled(95, 4), filled(128, 4)],
    decode: (input) => {
      const holds = verifyPage(tree, { ...page, hashes: input }, above)
      if (holds !== (Buffer.compare(input, page.hashes) === 0))
        throw new ContractBroken('it took another page')
    },
  }),
]
