/** What works of reaching others, what the device takes of the disk, and a report that names nobody. */
import type { CircleId, ConversationId } from '@triode/core'

export interface DiagnosisService {
  /**
   * What works of reaching others, what does not, why, and what to do: what a person has to act on first, then the network, each
   * channel, each circle. Asks nobody: it says what is known.
   */
  doctor(): Promise<Finding[]>
  storage(): Promise<StorageReport>
  /** Lines of text without names, ids, addresses, paths or contents; in whatever state the vault is. */
  diagnostics(): Promise<string>
}

/** One thing that the doctor has to say: as data, for faces that say it in other languages, and in English. */
export interface Finding {
  readonly works: boolean
  /** Which: spec §13.14 lists them; of a warning its own code. */
  readonly code: string
  /** Names and numbers of which it speaks. */
  readonly values: Readonly<Record<string, string | number>>
  /** One sentence or two. */
  readonly what: string
  /** What to do about it; absent: nothing. */
  readonly remedy?: string
}

export interface StorageReport {
  /** Of the vault's database: messages, circles, keys. */
  readonly vaultBytes: number
  /** Of the sealed chunks of files. */
  readonly filesBytes: number
  /** What the disk has free. */
  readonly freeBytes: number
  /** What files may take, as it is set; null: no limit. */
  readonly quotaBytes: number | null
  /** What files take by conversation: at most 50, those that take most first. */
  readonly conversations: StorageShare[]
}

export interface StorageShare {
  readonly conversation: ConversationId
  readonly circle: CircleId
  /** Absent of a conversation that one reads no more. */
  readonly name?: string
  readonly bytes: number
  /** Files and folders of which something is here. */
  readonly files: number
}
