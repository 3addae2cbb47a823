/** The documentation gate: what the documents promise or point at exists. Exit 1, with each gap named, otherwise. */
import { citationGaps } from './docs/citations.ts'
import { linkGaps } from './docs/links.ts'
import { namedGaps } from './docs/named.ts'
import { promiseGaps } from './docs/promises.ts'
import { strayWords } from './docs/stray.ts'
import { roleMatrixGaps } from '../spec/roleMatrix.ts'

const root = process.cwd()
const gaps = [
  ...linkGaps(root),
  ...namedGaps(root),
  ...promiseGaps(root),
  ...citationGaps(root),
  ...strayWords(root),
  ...roleMatrixGaps(root),
]
for (const gap of gaps) console.error(gap)
console.log(`documents: ${gaps.length} gaps`)
if (gaps.length > 0) process.exitCode = 1
