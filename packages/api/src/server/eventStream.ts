/**
 * Events as `text/event-stream` (spec §13.5): a number, a kind and a JSON document each, a comment as heartbeat.
 * A reader that doesn't keep up is cut rather than remembered.
 */
import type { ServerResponse } from 'node:http'
import { Unavailable } from '@triode/core'
import type { DeviceEvent, DeviceService } from '@triode/device'
import { eventSchema } from '../schema/event.ts'
import { HEARTBEAT_MS, MAX_EVENT_BACKLOG_BYTES, MAX_EVENT_READERS } from './tuning.ts'

export interface EventStreams {
  /** Answers with every event from now on. @throws Unavailable 'too-many-readers' */
  open(response: ServerResponse): void
  /** Ends every stream. */
  close(): void
}

/** @param log gets a line when the device says something that the schema does not know */
export function eventStreams(device: DeviceService, log: (line: string) => void): EventStreams {
  const closers = new Set<() => void>()
  return {
    open(response) {
      if (closers.size >= MAX_EVENT_READERS) throw tooManyReaders()
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
      const stop = feed(device, response, log)
      const close = () => {
        stop()
        response.end()
      }
      closers.add(close)
      response.once('close', () => {
        stop()
        closers.delete(close)
      })
    },
    close() {
      for (const close of [...closers]) close()
    },
  }
}

/** @returns what ends the feeding, idempotent */
function feed(device: DeviceService, response: ServerResponse, log: (line: string) => void): () => void {
  let number = 0
  const write = (text: string) => {
    const bytes = Buffer.from(text)
    // A reader that doesn't keep up: everything that waits for it goes at once.
    if (response.writableLength + bytes.length > MAX_EVENT_BACKLOG_BYTES) response.destroy()
    else writeNow(response, bytes)
  }
  const unsubscribe = device.subscribe((event) => {
    if (response.destroyed) return
    const block = encodeEvent(number + 1, event)
    if (block === undefined) log(`an event of kind ${event.type} is out of schema`)
    else write(block)
    number += 1
  })
  const heartbeat = setInterval(write, HEARTBEAT_MS, ': beat\n\n')
  heartbeat.unref()
  // Sends the head of the answer, which tells the reader that it misses nothing from here on.
  write(': open\n\n')
  return () => {
    clearInterval(heartbeat)
    unsubscribe()
  }
}

/** Node gathers the writes of one turn and sends them at its end; a message must not wait for what else the turn does. */
function writeNow(response: ServerResponse, bytes: Uint8Array): void {
  const { socket } = response
  socket?.cork()
  response.write(bytes)
  socket?.uncork()
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
