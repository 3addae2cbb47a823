#!/usr/bin/env node
/**
 * The executable behind `triode start`. Compiled code of our modules, nothing of what they handle, is kept for the next
 * start: else each start strips the types anew, for 0.3 s and 25 MiB that the process then holds for good. Where the
 * folder can't be written, or NODE_COMPILE_CACHE names another, this does nothing.
 */
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

enableCompileCache(fileURLToPath(new URL('../../../../node_modules/.cache/node-compile', import.meta.url)))
await import('./daemonMain.ts')
