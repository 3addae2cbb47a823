import { useEffect, useRef, useState } from 'react'
import { SendHorizontal, Square, Trash2 } from 'lucide-react'
import { IconButton } from '../design/IconButton.tsx'
import { Note } from '../design/Note.tsx'
import { useTexts } from '../i18n/context.ts'
import { record, recordingFile, type Recording } from './recorder.ts'
import { useObjectUrl } from './Tray.tsx'

export interface VoiceNoteProps {
  readonly isSending: boolean
  readonly onSend: (file: File) => Promise<unknown>
  readonly onEnd: () => void
}

/** In place of the field: records at once, then one listens to it, and sends it or not. */
export function VoiceNote({ isSending, onSend, onEnd }: VoiceNoteProps) {
  const { t } = useTexts()
  const recording = useRef<Recording>(undefined)
  const [startedAt, setStartedAt] = useState<number>()
  const [recorded, setRecorded] = useState<Blob>()
  const [isRefused, setRefused] = useState(false)
  useEffect(() => {
    let isOver = false
    void record().then(
      (made) => {
        if (isOver) made.discard()
        else {
          recording.current = made
          setStartedAt(Date.now())
        }
      },
      () => setRefused(true),
    )
    return () => {
      isOver = true
      recording.current?.discard()
    }
  }, [])
  const stop = () => void recording.current?.stop().then(setRecorded)
  if (isRefused)
    return (
      <div className="voice">
        <Note kind="danger">{t('voice.refused')}</Note>
        <IconButton icon={Trash2} label={t('action.close')} onPress={onEnd} autoFocus />
      </div>
    )
  return (
    <div className="voice" role="group" aria-label={t('voice.record')}>
      <IconButton icon={Trash2} label={t('voice.discard')} onPress={onEnd} isDisabled={isSending} />
      {recorded === undefined ? (
        <>
          {startedAt === undefined ? <p className="voice-time" /> : <Elapsed since={startedAt} />}
          <IconButton
            icon={Square}
            label={t('voice.stop')}
            onPress={stop}
            isDisabled={startedAt === undefined}
            autoFocus
          />
        </>
      ) : (
        <Recorded blob={recorded} isSending={isSending} onSend={onSend} onEnd={onEnd} />
      )}
    </div>
  )
}

function Recorded({ blob, isSending, onSend, onEnd }: VoiceNoteProps & { readonly blob: Blob }) {
  const { t, formatShort } = useTexts()
  const url = useObjectUrl(blob)
  const send = () => {
    // Colons and slashes mean something in the names of files.
    const when = formatShort(Date.now()).replaceAll(/[:/\\]/gu, '.')
    // What failed is told above the field; the recording is still there.
    void onSend(recordingFile(blob, t('voice.name', { when }))).then(onEnd, () => undefined)
  }
  return (
    <>
      {url !== undefined && <audio className="player" controls src={url} aria-label={t('voice.listen')} />}
      <IconButton
        icon={SendHorizontal}
        label={t('voice.send')}
        onPress={send}
        isDisabled={isSending}
        autoFocus
      />
    </>
  )
}

const TICK_MS = 500

function Elapsed({ since }: { readonly since: number }) {
  const { t, formatDuration } = useTexts()
  const [now, setNow] = useState(since)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS)
    return () => {
      clearInterval(timer)
    }
  }, [])
  const duration = formatDuration(now - since)
  return (
    <p className="voice-time">
      <span className="voice-lamp" aria-hidden />
      {t('voice.recording', { duration })}
    </p>
  )
}
