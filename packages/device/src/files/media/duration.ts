/** How long a recording lasts, and how large its picture is. */
import { setTimeout as delay } from 'node:timers/promises'
import { parseFile } from 'music-metadata'
import type { Media } from '@triode/core'

/** A file that is not what it says may be read for long. */
const TIMEOUT_MS = 5_000

/** @param path of an audio or video file @returns empty where nothing can be told */
export async function recordingOf(path: string, signal?: AbortSignal): Promise<Media> {
  const timeout = delay(TIMEOUT_MS, undefined, { ref: false, ...(signal && { signal }) }).catch(
    () => undefined,
  )
  const parsed = parseFile(path, { duration: true, skipCovers: true, skipPostHeaders: true }).catch(
    () => undefined,
  )
  const seconds = (await Promise.race([parsed, timeout]))?.format.duration
  const durationMs = Math.round((seconds ?? -1) * 1_000)
  return Number.isSafeInteger(durationMs) && durationMs >= 0 ? { durationMs } : {}
}
