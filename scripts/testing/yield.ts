/**
 * Loaded before a test file whose process is to take only the processor's time that others leave. On Linux a priority is a thread's:
 * those that the process has already (V8's) are set one by one, and later ones have that of the thread that starts them.
 */
import { readdirSync } from 'node:fs'
import { constants, setPriority } from 'node:os'

const threads = process.platform === 'linux' ? readdirSync('/proc/self/task').map(Number) : [0]
for (const thread of threads) setPriority(thread, constants.priority.PRIORITY_LOW)
