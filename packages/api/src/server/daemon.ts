#!/usr/bin/env node
/**
 * The executable behind `triode start`. Compiled code of our modules, nothing of what they handle, is kept for the next
 * start: else each start strips the types anew, with memory that the process then holds for good. Where the
 * folder can't be written, or NODE_COMPILE_CACHE names another, this does nothing.
 */
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'

/**
 * V8 collects all garbage each time that so many bytes of buffers were made, however short they lived: again and again while files go over
 * a tunnel. Counted with the rest of the heap they are collected when that has grown.
 */
setFlagsFromString('--external-memory-accounted-in-global-limit')

enableCompileCache(fileURLToPath(new URL('../../../../node_modules/.cache/node-compile', import.meta.url)))
await import('./daemonMain.ts')
