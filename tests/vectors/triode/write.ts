/**
 * `npm run vectors [-- AREA...]`: writes docs/spec/vectors anew, all of it or the areas named. What can't be made, because
 * the code does not decode what it encodes, is named, and its file stays as it is. Exit code 0: all written; 1: not all;
 * 2: no such area.
 */
import { makeVectors, writeVectors } from './files.ts'
import { AREAS } from './index.ts'

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !AREAS.some((area) => area.name === name))
if (unknown.length > 0) {
  console.error(`no such area: ${unknown.join(', ')}; there are ${AREAS.map(({ name }) => name).join(', ')}`)
  process.exitCode = 2
} else {
  for (const area of AREAS.filter(({ name }) => asked.length === 0 || asked.includes(name))) {
    try {
      const file = makeVectors(area)
      writeVectors(area.name, file)
      console.log(`${area.name}: ${file.cases.length} cases, ${file.refused?.length ?? 0} refusals`)
    } catch (error) {
      console.error(`${area.name}: not written:`, error)
      process.exitCode = 1
    }
  }
}
