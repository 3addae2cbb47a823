/** A recording for tests. */

const RATE = 8_000

/** Silence, as WAV: 8,000 bytes a second. */
export function recording(seconds: number): Buffer {
  const wav = Buffer.alloc(44 + seconds * RATE)
  wav.write('RIFF', 0, 'latin1')
  wav.writeUInt32LE(wav.length - 8, 4)
  wav.write('WAVEfmt ', 8, 'latin1')
  wav.writeUInt32LE(16, 16)
  wav.writeUInt16LE(1, 20)
  wav.writeUInt16LE(1, 22)
  wav.writeUInt32LE(RATE, 24)
  wav.writeUInt32LE(RATE, 28)
  wav.writeUInt16LE(1, 32)
  wav.writeUInt16LE(8, 34)
  wav.write('data', 36, 'latin1')
  wav.writeUInt32LE(wav.length - 44, 40)
  return wav
}

/** Of Opus, in milliseconds. */
const FRAME_MS = 20
/** Milliseconds of sound in one cluster: times in it have 16 bits. */
const CLUSTER_MS = 10_000

/** Sound as browsers record it, in WebM: neither it nor its parts say how long they are. */
export function voiceNote(durationMs: number, frameBytes = 80): Buffer {
  const parts = [
    element('1a45dfa3', element('4282', Buffer.from('webm'))),
    Buffer.from('1853806701ffffffffffffff', 'hex'),
    element('1549a966', element('2ad7b1', Buffer.from('0f4240', 'hex'))),
    element('1654ae6b', element('ae', Buffer.concat([tiny('d7', 1), tiny('83', 2), opus()]))),
  ]
  for (let at = 0; at < durationMs; at += FRAME_MS) {
    if (at % CLUSTER_MS === 0) parts.push(clusterAt(at))
    const time = Buffer.alloc(2)
    time.writeInt16BE(at % CLUSTER_MS)
    const head = Buffer.concat([Buffer.of(0x81), time, Buffer.of(0x80)])
    parts.push(element('a3', Buffer.concat([head, Buffer.alloc(frameBytes, at)])))
  }
  return Buffer.concat(parts)
}

function clusterAt(ms: number): Buffer {
  const time = Buffer.alloc(4)
  time.writeUInt32BE(ms)
  return Buffer.concat([Buffer.from('1f43b67501ffffffffffffff', 'hex'), element('e7', time)])
}

function opus(): Buffer {
  return element('86', Buffer.from('A_OPUS'))
}

function tiny(id: string, value: number): Buffer {
  return element(id, Buffer.of(value))
}

export function element(id: string, content: Uint8Array): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32BE(0x1000_0000 + content.length)
  return Buffer.concat([Buffer.from(id, 'hex'), size, content])
}
