/** What blobs are called at rest (spec §15.6): nothing that a thief or a sender could compare with an id. */
import { type BlobId, type CircleId, base32, concat, fromBase32, utf8 } from '@triode/core'
import type { Keyring } from '../keyring.ts'

/** 16 bytes. */
const NAME = '[a-z2-7]{26}'
const OURS = new RegExp(`^${NAME}\\.(?:chunks|state)(?:\\.new)?$`)
const STATE = new RegExp(`^(${NAME})\\.state$`)
const SUFFIX = { chunks: '.chunks', state: '.state' }
/** Behind the names of what is not whole yet. */
const UNFINISHED = '.new'

/** Whether a file of that name in the folder is one of the store's. */
export function isBlobFile(name: string): boolean {
  return OURS.test(name)
}

/** Of a file with a blob's state the blob's name. */
export function nameOfState(file: string): string | undefined {
  return STATE.exec(file)?.[1]
}

export function blobFiles(
  name: string,
  state: 'whole' | 'unfinished' = 'whole',
): { chunks: string; state: string } {
  const end = state === 'whole' ? '' : UNFINISHED
  return { chunks: name + SUFFIX.chunks + end, state: name + SUFFIX.state + end }
}

export function isUnfinished(file: string): boolean {
  return file.endsWith(UNFINISHED)
}

/** Names of blobs, and their ids, as the vault's keys hide them. */
export class BlobNames {
  private readonly ring: Keyring

  constructor(ring: Keyring) {
    this.ring = ring
  }

  /** @throws Unavailable 'store-locked' */
  nameOf(id: BlobId, circle?: CircleId): string {
    const owner = circle === undefined ? new Uint8Array(0) : fromBase32(circle)
    return base32(this.ring.fileName(concat(owner, fromBase32(id))))
  }

  /** A name for what has no id yet. @throws Unavailable 'store-locked' */
  draw(): string {
    return base32(this.ring.draw(16))
  }

  /** @throws Unavailable 'store-locked' */
  sealId(name: string, id: BlobId): Uint8Array {
    return this.ring.sealFileId(utf8(name), fromBase32(id))
  }

  /** @returns undefined when it was not sealed under that name with these keys; @throws Unavailable 'store-locked' */
  idOf(name: string, sealedId: Uint8Array): BlobId | undefined {
    const id = this.ring.openFileId(utf8(name), sealedId)
    return id && (base32(id) as BlobId)
  }
}
