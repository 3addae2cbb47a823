import { useEffect, useState } from 'react'
import { FileText, X } from 'lucide-react'
import { IconButton } from '../design/IconButton.tsx'
import { Note } from '../design/Note.tsx'
import { Bar } from '../design/Progress.tsx'
import { Switch } from '../design/Switch.tsx'
import { useTexts } from '../i18n/context.ts'
import { isImage, MAX_ATTACHED, type Attachment, type Attachments } from './attachments.ts'

/** What goes with the message: each can be taken out; while it is sent, how far that is. */
export function Tray({ attachments }: { readonly attachments: Attachments }) {
  const { t } = useTexts()
  const { list, lost, isTooMany, hasFolder, isSending, keepMetadata, setKeepMetadata, remove, stop } =
    attachments
  return (
    <>
      {lost > 0 && list.length === 0 && <Note kind="warning">{t('attach.lost', { count: lost })}</Note>}
      {hasFolder && <Note kind="warning">{t('attach.folder')}</Note>}
      {isTooMany && <Note kind="warning">{t('attach.many', { count: MAX_ATTACHED })}</Note>}
      {list.length > 0 && (
        <ul className="tray" aria-label={t('attach.tray')}>
          {list.map((one) => (
            <li key={one.key} className="tray-file">
              {isImage(one.file) ? <Thumbnail file={one.file} /> : <FileText size={24} aria-hidden />}
              <Words attachment={one} />
              <IconButton
                icon={X}
                label={t('attach.remove', { name: one.file.name })}
                onPress={() => (isSending ? stop() : remove(one.key))}
              />
            </li>
          ))}
        </ul>
      )}
      {list.some(({ file }) => isImage(file)) && (
        <div className="tray-choice">
          <Switch isSelected={keepMetadata} onChange={setKeepMetadata} isDisabled={isSending}>
            {t('attach.keep')}
          </Switch>
          <p className="quiet small">{t('attach.keep.hint')}</p>
        </div>
      )}
    </>
  )
}

function Words({ attachment: { file, gone } }: { readonly attachment: Attachment }) {
  const { t, formatBytes } = useTexts()
  return (
    <div className="tray-words">
      <p className="file-name" dir="auto">
        {file.name}
      </p>
      {gone === undefined ? (
        <p className="quiet small">{formatBytes(file.size)}</p>
      ) : (
        <Bar
          label={t('attach.sending', { name: file.name })}
          value={gone}
          of={file.size}
          words={t('files.progress', {
            have: formatBytes(Math.min(gone, file.size)),
            size: formatBytes(file.size),
          })}
        />
      )}
    </div>
  )
}

function Thumbnail({ file }: { readonly file: File }) {
  const url = useObjectUrl(file)
  return url === undefined ? null : <img className="tray-picture" src={url} alt="" />
}

/** An address of this window for it, for as long as it is shown. */
export function useObjectUrl(blob: Blob): string | undefined {
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    const made = URL.createObjectURL(blob)
    const timer = setTimeout(() => setUrl(made), 0)
    return () => {
      clearTimeout(timer)
      URL.revokeObjectURL(made)
    }
  }, [blob])
  return url
}
