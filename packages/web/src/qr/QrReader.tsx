import { useState } from 'react'
import { Camera as CameraIcon, ImageUp } from 'lucide-react'
import { DropZone, FileTrigger, isFileDropItem, type DropZoneProps } from 'react-aria-components'
import { Button } from '../design/Button.tsx'
import { Note } from '../design/Note.tsx'
import { useTexts } from '../i18n/context.ts'
import { Camera } from './Camera.tsx'
import { readPicture } from './readQr.ts'
import './qr.css'

export interface QrReaderProps {
  /** What a code said. Called once a code. */
  readonly onRead: (text: string) => void
}

type Dropped = Parameters<NonNullable<DropZoneProps['onDrop']>>[0]

/** Reads a QR code: with the camera, or from a picture that is chosen, dropped here or pasted. */
export function QrReader({ onRead }: QrReaderProps) {
  const { t } = useTexts()
  const [isCamera, setCamera] = useState(false)
  const [isUnreadable, setUnreadable] = useState(false)
  const read = (text: string) => {
    setCamera(false)
    onRead(text)
  }
  const readFile = async (file: Blob | undefined) => {
    if (file === undefined) return
    const text = await readPicture(file)
    setUnreadable(text === undefined)
    if (text !== undefined) read(text)
  }
  return (
    <div className="qr-reader" onPaste={({ clipboardData }) => void readFile(pictureIn(clipboardData))}>
      <DropZone
        className="qr-drop"
        aria-label={t('qr.drop')}
        onDrop={async (event) => readFile(await droppedFile(event))}
      >
        <div className="qr-ways">
          <Button onPress={() => setCamera(!isCamera)} aria-pressed={isCamera}>
            <CameraIcon size={18} aria-hidden />
            {t(isCamera ? 'qr.camera.stop' : 'qr.camera')}
          </Button>
          <FileTrigger
            acceptedFileTypes={['image/*']}
            onSelect={(files) => void readFile(files?.[0] ?? undefined)}
          >
            <Button>
              <ImageUp size={18} aria-hidden />
              {t('qr.file')}
            </Button>
          </FileTrigger>
        </div>
        <p className="small quiet">{t('qr.drop')}</p>
      </DropZone>
      {isCamera && <Camera onRead={read} />}
      {isUnreadable && <Note kind="warning">{t('qr.unreadable')}</Note>}
    </div>
  )
}

async function droppedFile({ items }: Dropped): Promise<Blob | undefined> {
  return items.find(isFileDropItem)?.getFile()
}

function pictureIn({ files }: DataTransfer): File | undefined {
  return Array.from(files).find(({ type }) => type.startsWith('image/'))
}
