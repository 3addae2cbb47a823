/** The files of a device, on its vault and its tunnels. */
import { statfs } from 'node:fs/promises'
import type { CircleId, Clock, DeviceId, Fault, Primitives, Random } from '@triode/core'
import type { Channel } from '@triode/channels'
import type { Vault } from '@triode/vault'
import type { Audit } from '../audit/audit.ts'
import { Chores } from '../chores.ts'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import type { DeviceEvent } from '../service.ts'
import { faultFields } from '../faultWords.ts'
import type { ChunkWorkers } from './chunkWorkers.ts'
import { Files, type FilesOptions } from './files.ts'
import type { TransferHost } from './transfer/transferHost.ts'
import { Transfers } from './transfer/transfers.ts'

export interface OpenFilesOptions {
  readonly vault: Vault
  readonly chunkWorkers: ChunkWorkers
  readonly channels: readonly Channel[]
  readonly clock: Clock
  readonly random: Random
  readonly primitives: Primitives
  readonly audit: Audit
  readonly circles: () => readonly CircleRuntime[]
  readonly isUp: (circle: CircleId, device: DeviceId) => boolean
  readonly emit: (event: DeviceEvent) => void
  readonly isHeard: () => boolean
  readonly used: () => void
  readonly tell: (fault: Fault, about: Parameters<FilesOptions['tell']>[1]) => void
}

export function openFiles(options: OpenFilesOptions): Files {
  const { vault, channels, clock, primitives, audit, emit } = options
  const chores = new Chores(clock, 'files-failed', (fault) => {
    emit({ type: 'fault', ...faultFields(fault) })
  })
  const traits = (name: string) => channels.find((channel) => channel.name === name)?.traits
  return new Files({
    ...options,
    home: vault.dir,
    store: vault.store,
    blobs: vault.blobs(options.chunkWorkers),
    diskBytes: async () => {
      const { blocks, bsize } = await statfs(vault.dir)
      return blocks * bsize
    },
    chunksIn: vault.blobsDir,
    transfersFor: (host: TransferHost) => new Transfers({ host, clock, primitives, traits }),
    auditSaved: ({ circle, conversation, blob }) => {
      audit.record({ event: 'file-saved', circle: circle.id, conversation, blob: blob.id })
    },
    failed: (cause) => {
      chores.failed(cause)
    },
  })
}
