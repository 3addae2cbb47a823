/**
 * Events as `text/event-stream` (spec §13.5): a number, a kind and a JSON document each, a comment as heartbeat.
 * A reader that doesn't keep up is cut rather than remembered.
 */
import { Unavailable } from '@triode/core'
import type { DeviceEvent, DeviceService } from '@triode/device'
import { eventSchema } from '../schema/event.ts'
import { HEARTBEAT_MS, MAX_EVENT_BACKLOG_BYTES, MAX_EVENT_READERS } from './tuning.ts'

export interface EventStreams {
  /** A body that carries every event from now on. @throws Unavailable 'too-many-readers' */
  open(): ReadableStream<Uint8Array>
  /** Ends every stream. */
  close(): void
}

/** @param log gets a line when the device says something that the schema does not know */
export function eventStreams(device: DeviceService, log: (line: string) => void): EventStreams {
  const closers = new Set<() => void>()
  return {
    open() {
      if (closers.size >= MAX_EVENT_READERS) throw tooManyReaders()
      return openStream({ device, closers, log })
    },
    close() {
      for (const close of [...closers]) close()
    },
  }
}

interface Feeding {
  readonly device: DeviceService
  readonly closers: Set<() => void>
  readonly log: (line: string) => void
}

function openStream(feeding: Feeding): ReadableStream<Uint8Array> {
  let stop: () => void = () => undefined
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        stop = feed(feeding, controller)
      },
      cancel() {
        stop()
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: MAX_EVENT_BACKLOG_BYTES }),
  )
}

/** @returns what ends the feeding, idempotent */
function feed(
  { device, closers, log }: Feeding,
  controller: ReadableStreamDefaultController<Uint8Array>,
): () => void {
  let number = 0
  const write = (text: string) => {
    const bytes = new TextEncoder().encode(text)
    if ((controller.desiredSize ?? 0) >= bytes.length) controller.enqueue(bytes)
    else cut()
  }
  const unsubscribe = device.subscribe((event) => {
    const block = encodeEvent(number + 1, event)
    if (block === undefined) log(`an event of kind ${event.type} is out of schema`)
    else write(block)
    number += 1
  })
  const heartbeat = setInterval(write, HEARTBEAT_MS, ': beat\n\n')
  heartbeat.unref()
  const stop = () => {
    clearInterval(heartbeat)
    unsubscribe()
    closers.delete(close)
  }
  const close = () => {
    stop()
    controller.close()
  }
  const cut = () => {
    stop()
    controller.error(new Unavailable('reader-too-slow'))
  }
  closers.add(close)
  // Sends the head of the answer, which tells the reader that it misses nothing from here on.
  write(': open\n\n')
  return stop
}

function encodeEvent(number: number, event: DeviceEvent): string | undefined {
  const { success, data } = eventSchema.safeParse(event)
  return success ? `id: ${number}\nevent: ${data.type}\ndata: ${JSON.stringify(data)}\n\n` : undefined
}

function tooManyReaders(): Unavailable {
  return new Unavailable('too-many-readers', {
    message: `${MAX_EVENT_READERS} readers of events are connected already`,
    remedy: 'Close one',
  })
}
