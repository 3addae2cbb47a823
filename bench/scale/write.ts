/** `npm run scale`: fills the tables of docs/scale.md in anew, from the kept results of the bench and a simulation. */
import { writeFileSync } from 'node:fs'
import { PAGE, scalePage } from './page.ts'

const { now, due } = scalePage()
writeFileSync(PAGE, due)
console.log(due === now ? 'docs/scale.md was up to date' : 'docs/scale.md is written anew')
