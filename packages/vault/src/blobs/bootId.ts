import { readFileSync } from 'node:fs'
import { BOOT_ID_BYTES } from './stateFile.ts'

/**
 * 16 bytes that are new each time the machine is started (Linux); zeros where the system has none: then nothing tells a crash
 * of the machine from the end of a process, and it has to be taken for one.
 */
export function readBootId(path = '/proc/sys/kernel/random/boot_id'): Uint8Array {
  try {
    const digits = readFileSync(path, 'utf8').trim().replaceAll('-', '')
    if (/^[0-9a-f]{32}$/.test(digits)) return Uint8Array.fromHex(digits)
  } catch {
    // Another system.
  }
  return new Uint8Array(BOOT_ID_BYTES)
}

/** Whether what is in memory of the system's since `then` is still there. */
export function isSameBoot(then: Uint8Array, now: Uint8Array): boolean {
  return now.some((byte) => byte !== 0) && Buffer.compare(then, now) === 0
}
