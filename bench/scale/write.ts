/** `npm run scale`: fills the tables of docs/scale.md in anew, from the kept results of the bench and a simulation. */
import { writeScalePage } from './page.ts'

console.log(writeScalePage() ? 'docs/scale.md is written anew' : 'docs/scale.md was up to date')
