import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { Note } from '../design/Note.tsx'
import { useTexts } from '../i18n/context.ts'
import { readFrame } from './readQr.ts'

/** Between two looks at the picture: quick enough for a hand, and leaves the processor alone. */
const LOOK_MS = 120

type Trouble = 'denied' | 'none'

/** The camera's picture, until a code is seen in it. It never leaves the page, and the camera stops with the component. */
export function Camera({ onRead }: { readonly onRead: (text: string) => void }) {
  const { t } = useTexts()
  const video = useRef<HTMLVideoElement>(null)
  const [trouble, setTrouble] = useState<Trouble>()
  const read = useEffectEvent(onRead)
  useEffect(() => {
    const ending = new AbortController()
    void watch(video.current, ending.signal)
      .then((text) => {
        if (text !== undefined) read(text)
      })
      .catch((error: unknown) => {
        if (!ending.signal.aborted) setTrouble(troubleOf(error))
      })
    return () => {
      ending.abort()
    }
  }, [])
  if (trouble !== undefined) return <Note kind="warning">{t(`qr.camera.${trouble}`)}</Note>
  return (
    <figure className="camera">
      <video ref={video} muted playsInline aria-label={t('qr.camera.picture')} />
      <figcaption className="small quiet" role="status">
        {t('qr.camera.hint')}
      </figcaption>
    </figure>
  )
}

/** @returns what the first code says; undefined when `signal` ended it. @throws DOMException without a camera */
async function watch(video: HTMLVideoElement | null, signal: AbortSignal): Promise<string | undefined> {
  if (video === null) return undefined
  const stream = await openCamera()
  const stop = () => {
    for (const track of stream.getTracks()) track.stop()
  }
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop)
  video.srcObject = stream
  await video.play()
  while (!signal.aborted) {
    const text = await readFrame(video)
    if (text !== undefined) {
      stop()
      return text
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  return undefined
}

async function openCamera(): Promise<MediaStream> {
  // Absent where the page is not on a secure origin, whatever the types say.
  const devices = navigator.mediaDevices as MediaDevices | undefined
  if (devices === undefined) throw new DOMException('no camera', 'NotFoundError')
  return devices.getUserMedia({ video: { facingMode: 'environment' }, audio: false })
}

function troubleOf(error: unknown): Trouble {
  const isDenied = error instanceof DOMException && error.name === 'NotAllowedError'
  return isDenied ? 'denied' : 'none'
}
