/** Looks into what is to be sent: what is told of it, and what of its bytes go (spec §15.3). */
import { close, open, read } from 'node:fs'
import type { BlobSource, Media } from '@triode/core'
import { SOURCE_FLAGS } from '@triode/vault'
import { canceled } from './faults.ts'
import type { Chosen } from './media/chosenFile.ts'
import { inspect, type Inspected } from './media/inspect.ts'
import { GLANCE_BYTES, mayBeImage, mayBeRecording } from './media/kind.ts'
import type { Part } from './media/part.ts'
import { Scratch } from './media/scratch.ts'
import type { WalkedEntry } from './walk.ts'
import { GLANCES_AT_ONCE } from './tuning.ts'

export interface LookOptions {
  /** Leaves in images and recordings what tells where, when and with what they were made. */
  readonly keepMetadata: boolean
  readonly signal: AbortSignal
}

export interface LookedFile {
  readonly sources: readonly BlobSource[]
  /** Bytes that are sent. */
  readonly size: number
  readonly mediaType: string
  readonly media?: Media
  readonly preview?: Uint8Array
  /** Something was taken out of it. */
  readonly isStripped: boolean
  /** It may go on telling where, when or with what it was made. */
  readonly mayTell: boolean
}

export interface LookedFolder {
  /** With the sizes that are sent. */
  readonly entries: readonly WalkedEntry[]
  readonly sources: readonly BlobSource[]
  readonly size: number
  /** Paths. */
  readonly stripped: readonly string[]
  readonly mayTell: readonly string[]
}

/** @throws CallerFault 'file-absent' | 'file-forbidden' | 'file-changed'; Unavailable 'canceled' */
export async function lookAtFile(chosen: Chosen, options: LookOptions): Promise<LookedFile> {
  const inspected = await inspect(chosen, { ...options, withPreview: true })
  if (options.signal.aborted) throw canceled()
  const { mediaType, media, preview, mayTell } = inspected
  return {
    ...whatGoes(chosen, inspected),
    mediaType,
    ...(media !== undefined && { media }),
    ...(preview !== undefined && { preview }),
    mayTell,
  }
}

/**
 * Takes out of the images and recordings in a folder what they would tell: one after another, so that one at most is in memory.
 * @param entries in their order
 * @param told gets how many bytes were looked at or passed over, where images are read for it
 * @throws as lookAtFile()
 */
export async function lookAtFolder(
  entries: readonly WalkedEntry[],
  options: LookOptions,
  told: (bytes: number) => void = () => undefined,
): Promise<LookedFolder> {
  const looked = new Folder()
  let passed = 0
  const inFolder = { ...options, withPreview: false, scratch: new Scratch() }
  for (let at = 0; at < entries.length; at += GLANCES_AT_ONCE) {
    const batch = entries.slice(at, at + GLANCES_AT_ONCE)
    const worth = options.keepMetadata ? [] : await Promise.all(batch.map(isWorthALook))
    for (const [index, entry] of batch.entries()) {
      if (options.signal.aborted) throw canceled()
      const isRead = worth[index] === true
      looked.add(entry, isRead ? await inspect(chosenOf(entry), inFolder) : undefined)
      passed += entry.size
      if (isRead) told(passed)
    }
  }
  return looked
}

class Folder implements LookedFolder {
  readonly entries: WalkedEntry[] = []
  readonly sources: BlobSource[] = []
  readonly stripped: string[] = []
  readonly mayTell: string[] = []
  size = 0

  add(entry: WalkedEntry, inspected: Inspected | undefined): void {
    if (entry.kind !== 'file') {
      this.entries.push(entry)
      return
    }
    const { sources, size, isStripped } = whatGoes(chosenOf(entry), inspected)
    this.entries.push(isStripped ? { ...withoutTime(entry), size } : entry)
    for (const source of sources) this.sources.push(source)
    this.size += size
    if (isStripped) this.stripped.push(entry.source)
    if (inspected?.mayTell === true) this.mayTell.push(entry.source)
  }
}

function chosenOf({ source, size, modifiedMs }: WalkedEntry): Chosen {
  return { path: source, size, modifiedMs }
}

/** When it was written tells when it was made. */
export function withoutTime<T extends { readonly modifiedAt?: number }>(entry: T): Omit<T, 'modifiedAt'> {
  const { modifiedAt: _, ...rest } = entry
  return rest
}

function whatGoes(
  { path, size, modifiedMs }: Chosen,
  inspected: Inspected | undefined,
): Pick<LookedFile, 'sources' | 'size' | 'isStripped'> {
  const file = { path, size, modifiedMs }
  const parts = inspected?.parts
  if (parts === undefined) return { sources: [file], size, isStripped: false }
  const sources = parts.map((part): BlobSource => ('bytes' in part ? part : { ...file, ...part }))
  return { sources, size: parts.reduce((sum, part) => sum + lengthOf(part), 0), isStripped: true }
}

function lengthOf(part: Part): number {
  return 'bytes' in part ? part.bytes.length : part.to - part.from
}

/** What can't be read is not: whoever seals it says why. */
async function isWorthALook({ kind, source }: WalkedEntry): Promise<boolean> {
  if (kind !== 'file') return false
  const head = await glance(source)
  return head !== undefined && (mayBeImage(head, source) || mayBeRecording(head, source))
}

/** With callbacks: promises take twice as long, and folders have tens of thousands of files. */
function glance(path: string): Promise<Uint8Array | undefined> {
  return new Promise((resolve) => {
    open(path, SOURCE_FLAGS, (refused, fd) => {
      if (refused) {
        resolve(undefined)
        return
      }
      const head = new Uint8Array(GLANCE_BYTES)
      read(fd, head, 0, GLANCE_BYTES, 0, (failed, bytesRead) => {
        close(fd, () => {
          resolve(failed ? undefined : head.subarray(0, bytesRead))
        })
      })
    })
  })
}
