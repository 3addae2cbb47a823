import { useEffect, useState } from 'react'
import { FileText, Folder, X } from 'lucide-react'
import { IconButton } from '../design/IconButton.tsx'
import { Note } from '../design/Note.tsx'
import { Bar } from '../design/Progress.tsx'
import { Switch } from '../design/Switch.tsx'
import { useTexts } from '../i18n/context.ts'
import { ChosenFolder, isCleaned, MAX_ITEMS, type Chosen } from './chosen.ts'
import { isImage, MAX_ATTACHED, type Attachment, type Attachments } from './attachments.ts'

/** What goes with the message: each can be taken out; while it is sent, how far that is. */
export function Tray({ attachments }: { readonly attachments: Attachments }) {
  const { t } = useTexts()
  const {
    list,
    lost,
    isTooMany,
    isFolderTooLarge,
    unnamed,
    isSending,
    keepMetadata,
    setKeepMetadata,
    remove,
    stop,
  } = attachments
  return (
    <>
      {lost > 0 && list.length === 0 && <Note kind="warning">{t('attach.lost', { count: lost })}</Note>}
      {isFolderTooLarge && <Note kind="warning">{t('attach.folder.large', { count: MAX_ITEMS })}</Note>}
      {unnamed > 0 && <Note kind="warning">{t('attach.folder.unnamed', { count: unnamed })}</Note>}
      {isTooMany && <Note kind="warning">{t('attach.many', { count: MAX_ATTACHED })}</Note>}
      {list.length > 0 && (
        <ul className="tray" aria-label={t('attach.tray')}>
          {list.map((one) => (
            <li key={one.key} className="tray-file">
              <Picture file={one.file} />
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
      {list.length > 0 && !isSending && <p className="quiet small">{t('attach.here')}</p>}
      {list.some(({ file }) => isCleaned(file)) && (
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

function Picture({ file }: { readonly file: Chosen }) {
  if (file instanceof ChosenFolder) return <Folder size={24} aria-hidden />
  return isImage(file) ? <Thumbnail file={file} /> : <FileText size={24} aria-hidden />
}

function Words({ attachment: { file, gone } }: { readonly attachment: Attachment }) {
  const { t, formatBytes } = useTexts()
  return (
    <div className="tray-words">
      <p className="file-name" dir="auto">
        {file.name}
      </p>
      {gone === undefined ? (
        <p className="quiet small">
          {file instanceof ChosenFolder && `${t('files.count', { count: file.files })} · `}
          {formatBytes(file.size)}
        </p>
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
