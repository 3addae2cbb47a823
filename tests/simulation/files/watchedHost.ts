/** What transfers of a simulated device are given: the real host, watched for who gets what; and of one that lies, chunks that are not true. */
import { CallerFault, type BlobId, type Clock, type ConversationId, type DeviceId } from '@triode/core'
import type { SeededRandom } from '@triode/testkit'
import type { ChunkSource, TransferHost } from '../../../packages/device/src/files/transfer/transferHost.ts'
import type { FileNode } from './fileNode.ts'
import { FILE_RULE } from './fileRule.ts'

/** So long after somebody lost the right to a file it may still get chunks that had been asked for. */
const LAST_MS = 1_000
/** How often who lies gives nothing, refuses, or gives what is changed. */
const [NOTHING, REFUSED, WRONG] = [0.05, 0.2, 0.4]

/** What is needed of the world that a host is in. */
export interface Watching {
  readonly clock: Pick<Clock, 'elapsed'>
  readonly random: SeededRandom
  readonly watch: Watch
  violated(rule: string, what: string): void
}

interface Asked {
  readonly device: DeviceId
  readonly conversation: ConversationId
  readonly blob: BlobId
}

/** Since when who may have what no more. */
export class Watch {
  private readonly world: Watching
  private readonly lostAt = new Map<string, number>()

  constructor(world: Watching) {
    this.world = world
  }

  /** A chunk is read for who asked. */
  read(node: FileNode, mayAsk: boolean, { device, conversation, blob }: Asked): void {
    const key = `${node.name} ${device} ${conversation} ${blob}`
    if (mayAsk) {
      this.lostAt.delete(key)
      return
    }
    const now = this.world.clock.elapsed()
    const lostAt = this.lostAt.get(key)
    if (lostAt === undefined) this.lostAt.set(key, now)
    else if (now - lostAt > LAST_MS)
      this.world.violated(
        FILE_RULE.noneAfterwards,
        `${node.name} reads chunks of ${blob} for ${device}, which may not have them for ${now - lostAt} ms`,
      )
  }
}

export function hostOf(world: Watching, node: FileNode, host: TransferHost): TransferHost {
  let asking: DeviceId | undefined
  return {
    ...bound(host),
    mayAsk: (circle, device, conversation, blob) => {
      asking = device
      return host.mayAsk(circle, device, conversation, blob)
    },
    stored: async (circle, blob, conversation) => {
      // It is asked for right after the right to it.
      const device = asking
      const source = await host.stored(circle, blob, conversation)
      if (source === undefined || device === undefined) return source
      const watched = {
        ...sourceOf(source),
        read: (...what: Parameters<ChunkSource['read']>) => {
          const may = host.mayAsk(circle, device, conversation, blob)
          world.watch.read(node, may, { device, conversation, blob })
          return source.read(...what)
        },
      }
      return node.isLiar ? lying(world, watched) : watched
    },
  }
}

function bound(host: TransferHost): TransferHost {
  return {
    mayAsk: host.mayAsk.bind(host),
    askIn: host.askIn.bind(host),
    ...(host.calledAt !== undefined && { calledAt: host.calledAt.bind(host) }),
    stored: host.stored.bind(host),
    completeAt: host.completeAt.bind(host),
    damaged: host.damaged.bind(host),
    changed: host.changed.bind(host),
    attached: host.attached.bind(host),
    fault: host.fault.bind(host),
    freeBytes: host.freeBytes.bind(host),
    refused: host.refused.bind(host),
  }
}

function sourceOf(source: ChunkSource): ChunkSource {
  return {
    id: source.id,
    shape: source.shape,
    have: source.have,
    page: (level, index) => source.page(level, index),
    read: (from, count, into) => source.read(from, count, into),
  }
}

/** Says to have all, and gives what is changed, or of another place, or nothing. */
function lying(world: Watching, source: ChunkSource): ChunkSource {
  const { chunks } = source.shape
  return {
    ...source,
    have: {
      count: chunks,
      has: (index) => index < chunks,
      firstAbsent: (start = 0) => (start < chunks ? undefined : start),
      runs: (start = 0) => (start < chunks ? [[start, chunks - start]] : []),
    },
    read: async (from, count, into) => {
      const what = world.random.fraction()
      if (what < NOTHING) await new Promise<never>(() => undefined)
      if (what < NOTHING + REFUSED) throw new CallerFault('chunk-absent')
      const bytes = await source.read(from, count, into)
      const at = world.random.int(bytes.length)
      if (what < NOTHING + REFUSED + WRONG) bytes[at] = (bytes[at] ?? 0) ^ 1
      return bytes
    },
  }
}
