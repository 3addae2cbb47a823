/** Comes before the first schema: else zod tries whether it may compile its checks, which the page's policy refuses, and reports. */
import { config } from 'zod'

config({ jitless: true })
