/** What comes as bytes and is no image: sealed as it comes, and of films and sound without what tells where, when and with what they were made. */
import type { Blob, StoredBlob } from '@triode/core'
import type { IncomingBytes } from './incomingBytes.ts'
import { zeros, type Extent } from './media/blank.ts'
import { Passing } from './media/recording/passing.ts'
import { scanOf } from './media/recording/scanOf.ts'
import { HEAD_BYTES } from './media/kind.ts'
import { plainOf } from './media/randomAccess.ts'
import { areZeros, within } from './media/recording/lookOver.ts'
import type { Announced, ReceivingParts } from './receivingParts.ts'

export interface SealedRecording {
  readonly blob: Blob
  readonly isStripped: boolean
  readonly mayTell: boolean
}

/** @param kind first half of its media type @throws as FileService.uploadFile(); nothing of it is left then */
export async function receiveRecording(
  content: IncomingBytes,
  kind: string,
  what: Announced,
  parts: ReceivingParts,
): Promise<SealedRecording> {
  const scan = what.keepMetadata ? undefined : scanOf(await content.first(HEAD_BYTES))
  const { sealing, circle, signal } = parts
  const options = { ...(what.size !== undefined && { size: what.size }), signal }
  if (scan === undefined) {
    const blob = await sealing.sealStream(circle, content, options)
    return { blob, isStripped: false, mayTell: kind === 'video' && !what.keepMetadata }
  }
  const passing = new Passing(content, scan)
  const sealed = await sealing.sealStream(circle, passing.pieces(), options)
  const blob = await sealEmptied(sealed, passing.later, parts)
  return { blob, isStripped: passing.isChanged || blob !== sealed, mayTell: passing.mayTell }
}

/**
 * Where zeros are to take the place of what has gone by, it is sealed once more, under a secret of its own, and what was sealed before is removed.
 * @param emptied merged
 * @returns the blob itself where zeros are there already
 */
export async function sealEmptied(
  blob: Blob,
  emptied: readonly Extent[],
  parts: ReceivingParts,
): Promise<Blob> {
  if (emptied.length === 0) return blob
  const { open, circle } = parts
  let anew: Blob | undefined
  try {
    anew = await open.during(circle, blob, async (stored) => {
      const isThere = await areZeros(plainOf(stored, blob.secret), within(emptied, blob.size))
      return isThere ? blob : await sealAnew(stored, blob, emptied, parts)
    })
    return anew
  } finally {
    if (anew !== blob) {
      await open.remove(circle.id, blob.id)
      blob.secret.fill(0)
    }
  }
}

function sealAnew(
  stored: StoredBlob,
  { secret, size }: Blob,
  emptied: readonly Extent[],
  { sealing, quota, circle, signal }: ReceivingParts,
): Promise<Blob> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for await (const piece of withZeros(stored.plaintext(secret, 0, size), emptied)) {
      await quota.take(piece.length)
      yield piece
    }
  }
  return sealing.sealStream(circle, pieces(), { size, signal })
}

/** @param emptied merged */
export async function* withZeros(
  pieces: AsyncIterable<Uint8Array>,
  emptied: readonly Extent[],
): AsyncGenerator<Uint8Array> {
  let [at, next] = [0, 0]
  for await (const piece of pieces) {
    const end = at + piece.length
    while (at < end) {
      while ((emptied[next]?.to ?? Infinity) <= at) next++
      const { from, to } = emptied[next] ?? { from: Infinity, to: Infinity }
      const until = Math.min(end, at < from ? from : to)
      if (at < from) yield piece.subarray(piece.length - (end - at), piece.length - (end - until))
      else yield* zeros(until - at)
      at = until
    }
  }
}
