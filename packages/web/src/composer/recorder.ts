/** Records a voice note in the browser; nothing of it is kept or sent until one says so. */
export interface Recording {
  /** Ends it. @returns what was recorded */
  readonly stop: () => Promise<Blob>
  /** Ends it, and throws it away. */
  readonly discard: () => void
}

/** What browsers record, by what most can play. */
const TYPES = ['audio/mp4', 'audio/webm;codecs=opus', 'audio/ogg;codecs=opus']

/** Speech, at which a minute is a quarter of a megabyte. */
const BITS_PER_SECOND = 32_000

/** @throws DOMException where there is no microphone, or one may not use it */
export async function record(): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
  const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type))
  const recorder = new MediaRecorder(stream, {
    audioBitsPerSecond: BITS_PER_SECOND,
    ...(mimeType !== undefined && { mimeType }),
  })
  const parts: Blob[] = []
  recorder.ondataavailable = ({ data }) => parts.push(data)
  const ended = new Promise<void>((resolve) => {
    recorder.onstop = () => resolve()
  })
  recorder.start()
  const end = () => {
    if (recorder.state !== 'inactive') recorder.stop()
    for (const track of stream.getTracks()) track.stop()
  }
  return {
    stop: async () => {
      end()
      await ended
      return new Blob(parts, { type: recorder.mimeType.split(';')[0] ?? '' })
    },
    discard: end,
  }
}

/** What it is called: programs know a recording by how its name ends. @param name without an ending */
export function recordingFile(recorded: Blob, name: string): File {
  const ending = recorded.type.split('/')[1] ?? 'webm'
  return new File([recorded], `${name}.${ending === 'mp4' ? 'm4a' : ending}`, { type: recorded.type })
}
