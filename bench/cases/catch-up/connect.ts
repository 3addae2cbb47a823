/** Sync on a stream of a tunnel, as the device does it. */
import type { Duplex } from 'node:stream'
import { FrameSplitter, frameLength, type DeviceId, type Participant } from '@triode/core'

export function connectSync(participant: Participant, device: DeviceId, stream: Duplex): void {
  const connection = participant.connect({
    device,
    send: (frame) => {
      stream.cork()
      stream.write(frameLength(frame.length))
      stream.write(frame)
      process.nextTick(() => stream.uncork())
    },
    backlogBytes: () => stream.writableLength,
    setPaused: (paused) => (paused ? stream.pause() : stream.resume()),
    close: (fault) => stream.destroy(fault),
  })
  const frames = new FrameSplitter()
  stream.on('data', (chunk: Buffer) => {
    for (const frame of frames.push(chunk)) connection.receive(frame)
  })
  stream.on('drain', () => connection.drained())
  stream.on('close', () => connection.disconnected())
}
