/** What the device takes of the disk, and a report that names nobody. */
import type { CircleId, ConversationId } from '@triode/core'

export interface DiagnosisService {
  storage(): Promise<StorageReport>
  /** Lines of text without names, ids, addresses, paths or contents; in whatever state the vault is. */
  diagnostics(): Promise<string>
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
