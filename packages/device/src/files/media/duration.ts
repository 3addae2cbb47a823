/** How long a recording lasts, and how large its picture is. */
import { parseFile } from 'music-metadata'
import type { Media } from '@triode/core'

/** A file that is not what it says may be read for long. */
const TIMEOUT_MS = 5_000

/** @param path of an audio or video file; empty where nothing can be told */
export async function recordingOf(path: string): Promise<Media> {
  const timeout = new Promise<undefined>((resolve) => {
    setTimeout(resolve, TIMEOUT_MS, undefined).unref()
  })
  const parsed = parseFile(path, { duration: true, skipCovers: true, skipPostHeaders: true }).catch(
    () => undefined,
  )
  const seconds = (await Promise.race([parsed, timeout]))?.format.duration
  return seconds === undefined || !Number.isFinite(seconds) || seconds < 0
    ? {}
    : { durationMs: Math.round(seconds * 1_000) }
}
