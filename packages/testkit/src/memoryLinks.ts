/** Links between participants in one process, on a virtual clock: ordered, delayed, cut at will. */
import type { Clock, DeviceId, Fault, PeerLink, SyncConnection } from '@triode/core'

/** What can be connected: a participant, or anything else that syncs. */
export interface Connectable {
  readonly self: DeviceId
  connect(link: PeerLink): SyncConnection
}

export interface MemoryLinkOptions {
  /** One way, for each frame; order is kept. */
  readonly delayMs: () => number
  /** Called for each frame handed over, with its length in bytes. */
  readonly onFrame?: (from: DeviceId, to: DeviceId, frame: Uint8Array) => void
}

export interface MemoryLinkPair {
  /** Cuts both directions at once; what is under way is lost. */
  cut(): void
  readonly isOpen: () => boolean
  /** Why a side closed it, if one did. */
  readonly fault: () => Fault | undefined
}

/** Connects two participants as a tunnel would. */
export function linkInMemory(
  clock: Clock,
  one: Connectable,
  other: Connectable,
  options: MemoryLinkOptions,
): MemoryLinkPair {
  let open = true
  let fault: Fault | undefined
  const ends: [End, End] = [makeEnd(one.self, other.self), makeEnd(other.self, one.self)]
  const close = (why?: Fault): void => {
    if (!open) return
    open = false
    fault = why
    clock.after(0, () => {
      for (const end of ends) end.connection?.disconnected()
    })
  }

  function makeEnd(from: DeviceId, to: DeviceId): End {
    return { from, to, queue: [], bytes: 0, paused: false, busy: false, connection: undefined }
  }

  function linkOf(end: End): PeerLink {
    return {
      device: end.to,
      send: (frame) => {
        if (!open) return
        end.queue.push(frame)
        end.bytes += frame.length
        move(end)
      },
      backlogBytes: () => end.bytes,
      setPaused: (paused) => {
        const incoming = end === ends[0] ? ends[1] : ends[0]
        incoming.paused = paused
        move(incoming)
      },
      close,
    }
  }

  function move(end: End): void {
    if (end.busy || end.paused || !open || end.queue.length === 0) return
    end.busy = true
    clock.after(options.delayMs(), () => {
      end.busy = false
      if (!open || end.paused) return
      const frames = end.queue
      end.queue = []
      end.bytes = 0
      const receiver = end === ends[0] ? ends[1] : ends[0]
      for (const frame of frames) {
        options.onFrame?.(end.from, end.to, frame)
        receiver.connection?.receive(frame)
      }
      end.connection?.drained()
      move(end)
    })
  }

  ends[0].connection = one.connect(linkOf(ends[0]))
  ends[1].connection = other.connect(linkOf(ends[1]))
  return {
    cut: () => {
      close()
    },
    isOpen: () => open,
    fault: () => fault,
  }
}

interface End {
  readonly from: DeviceId
  readonly to: DeviceId
  queue: Uint8Array[]
  bytes: number
  paused: boolean
  busy: boolean
  connection: SyncConnection | undefined
}
