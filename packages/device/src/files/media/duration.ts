/** How long a recording lasts. */
import { setTimeout as delay } from 'node:timers/promises'
import { parseBlob } from 'music-metadata'
import type { Media } from '@triode/core'
import { AccessBlob, Windowed, type RandomAccess } from './randomAccess.ts'
import { lastTimeOf } from './webm.ts'

/** A file that is not what it says may be read for long. */
const TIMEOUT_MS = 5_000

/**
 * @param file audio or video
 * @param mediaType of it, by what it is
 * @returns empty where nothing can be told
 */
export async function recordingOf(
  file: RandomAccess,
  mediaType: string,
  signal?: AbortSignal,
): Promise<Media> {
  const over = new AbortController()
  const timeout = delay(TIMEOUT_MS, undefined, { ref: false, ...(signal && { signal }) }).catch(
    () => undefined,
  )
  try {
    const access = endingWith(new Windowed(file), over.signal)
    return (await Promise.race([mediaOf(access, mediaType), timeout])) ?? {}
  } finally {
    over.abort()
  }
}

async function mediaOf(file: RandomAccess, mediaType: string): Promise<Media> {
  const options = { duration: true, skipCovers: true, skipPostHeaders: true }
  const parsed = await parseBlob(new AccessBlob(file, mediaType), options).catch(() => undefined)
  const told = mediaOfSeconds(parsed?.format.duration)
  if (told !== undefined) return told
  // What a browser recorded says nowhere how long it is: that was not known when it began.
  const last = mediaType.endsWith('/webm') ? await lastTimeOf(file).catch(() => undefined) : undefined
  return mediaOfSeconds(last) ?? {}
}

function mediaOfSeconds(seconds: number | undefined): Media | undefined {
  const durationMs = Math.round((seconds ?? -1) * 1_000)
  return Number.isSafeInteger(durationMs) && durationMs >= 0 ? { durationMs } : undefined
}

/** Nobody waits any more: whoever still reads is stopped. */
function endingWith(file: RandomAccess, signal: AbortSignal): RandomAccess {
  return {
    size: file.size,
    read: (from, to) => {
      signal.throwIfAborted()
      return file.read(from, to)
    },
  }
}
