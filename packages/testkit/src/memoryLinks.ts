/** Links between participants in one process, on a virtual clock: ordered, delayed, cut at will, silent at will. */
import {
  frameLength,
  FrameSplitter,
  type Clock,
  type DeviceId,
  type Fault,
  type PeerLink,
  type SyncConnection,
} from '@triode/core'

/** What can be connected: a participant, or anything else that syncs. */
export interface Connectable {
  readonly self: DeviceId
  connect(link: PeerLink): SyncConnection
}

export interface MemoryLinkOptions {
  /** One way, for what is handed over together; order is kept. */
  readonly delayMs: () => number
  /** Of each direction; without it bytes take no time. */
  readonly bytesPerSecond?: number
  /** As both ends measured it last, if they did; without it others are not told of the link. */
  readonly roundTripMs?: () => number | undefined
  /** Called for each frame handed over, with its length in bytes. */
  readonly onFrame?: (from: DeviceId, to: DeviceId, frame: Uint8Array) => void
  /** What is handed over in place of a frame: itself, nothing, or more. For hostile senders and repeated delivery. */
  readonly carry?: (from: DeviceId, to: DeviceId, frame: Uint8Array) => readonly Uint8Array[]
}

export interface MemoryLinkPair {
  /** Cuts both directions at once; what is under way is lost. */
  cut(): void
  /**
   * After `bytes` more of what `from` sends, also inside of a frame, nothing arrives any more. Nobody is told; what is sent
   * from then on waits.
   */
  stall(from: DeviceId, bytes: number): void
  readonly isOpen: () => boolean
  /** Why a side closed it, if one did. */
  readonly fault: () => Fault | undefined
  /** Bytes that wait in the direction in which more do. */
  readonly backlogBytes: () => number
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

  function linkOf(end: End): PeerLink {
    return {
      device: end.to,
      ...(options.roundTripMs && {
        way: { channel: 'memory', via: undefined, roundTripMs: options.roundTripMs },
      }),
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
    if (end.busy || end.paused || !open || end.queue.length === 0 || end.stalledAfter === 0) return
    end.busy = true
    const travelMs = options.bytesPerSecond === undefined ? 0 : (end.bytes / options.bytesPerSecond) * 1_000
    clock.after(options.delayMs() + travelMs, () => {
      end.busy = false
      if (!open || end.paused) return
      const frames = end.queue
      end.queue = []
      end.bytes = 0
      for (const frame of frames) handOver(end, frame)
      end.connection?.drained()
      move(end)
    })
  }

  function handOver(end: End, frame: Uint8Array): void {
    const receiver = end === ends[0] ? ends[1] : ends[0]
    for (const carried of options.carry?.(end.from, end.to, frame) ?? [frame]) {
      for (const whole of arriving(end, carried)) {
        options.onFrame?.(end.from, end.to, whole)
        receiver.connection?.receive(whole)
      }
    }
  }

  ends[0].connection = one.connect(linkOf(ends[0]))
  ends[1].connection = other.connect(linkOf(ends[1]))
  return {
    cut: () => {
      close()
    },
    stall: (from, bytes) => {
      const end = ends[0].from === from ? ends[0] : ends[1]
      end.stalledAfter ??= bytes
    },
    isOpen: () => open,
    fault: () => fault,
    backlogBytes: () => Math.max(ends[0].bytes, ends[1].bytes),
  }
}

interface End {
  readonly from: DeviceId
  readonly to: DeviceId
  queue: Uint8Array[]
  bytes: number
  paused: boolean
  busy: boolean
  /** Bytes that still get through before the silence; undefined: no silence. */
  stalledAfter: number | undefined
  readonly splitter: FrameSplitter
  connection: SyncConnection | undefined
}

function makeEnd(from: DeviceId, to: DeviceId): End {
  return {
    from,
    to,
    queue: [],
    bytes: 0,
    paused: false,
    busy: false,
    stalledAfter: undefined,
    splitter: new FrameSplitter(),
    connection: undefined,
  }
}

/** The frames that get through: all, or of a stalled direction those that are whole before it falls silent. */
function arriving(end: End, frame: Uint8Array): readonly Uint8Array[] {
  if (end.stalledAfter === undefined) return [frame]
  const frames: Uint8Array[] = []
  for (const part of [frameLength(frame.length), frame]) {
    const passing = part.subarray(0, end.stalledAfter)
    end.stalledAfter -= passing.length
    frames.push(...end.splitter.push(passing.slice()))
  }
  return frames
}
