/** `npm run scale`: fills in anew the tables that follow from kept results of the bench, and from a simulation. */
import { writeScalePages } from './page.ts'

const written = writeScalePages()
console.log(written.length > 0 ? `written anew: docs/${written.join(', docs/')}` : 'all was up to date')
