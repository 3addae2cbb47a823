import { useState } from 'react'
import { FileX2, X } from 'lucide-react'
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components'
import type { File } from '@triode/api'
import { Empty } from '../design/Empty.tsx'
import { IconButton } from '../design/IconButton.tsx'
import { Loading } from '../design/Loading.tsx'
import { FaultNote } from '../design/Note.tsx'
import { useLink } from '../device/context.ts'
import { useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { useActions } from '../timeline/actions.ts'
import { usePeople } from '../timeline/people.ts'
import { FileLine } from './FileCards.tsx'
import { Gallery } from './Gallery.tsx'
import { Keeping } from './Keeping.tsx'
import { shownName } from './shownName.ts'
import { shownAs } from './transfers.ts'
import '../design/tabs.css'
import './files.css'

export interface FilesPaneProps {
  readonly conversation: string
  readonly onClose: () => void
}

/** Everything that was sent in a conversation: pictures and videos as a grid, all else as a list. */
export function FilesPane({ conversation, onClose }: FilesPaneProps) {
  const { t } = useTexts()
  const { data, error, isPending } = useRoute('files', { where: conversation })
  const files = data?.files ?? []
  const media = files.filter((file) => isMedia(file))
  const others = files.filter((file) => !isMedia(file))
  return (
    <>
      <div className="pane-head">
        <h2>{t('files.pane')}</h2>
        <IconButton icon={X} label={t('action.close')} onPress={onClose} autoFocus />
      </div>
      <div className="pane-inside">
        <FaultNote fault={error} act="look" />
        {isPending && <Loading />}
        {data !== undefined && (
          <Tabs className="pane-tabs">
            <TabList className="tabs" aria-label={t('files.pane')}>
              <Tab className="tab" id="media">
                {t('files.media')}
              </Tab>
              <Tab className="tab" id="files">
                {t('files.files')}
              </Tab>
            </TabList>
            <TabPanel className="tab-panel" id="media">
              <MediaGrid files={media} />
            </TabPanel>
            <TabPanel className="tab-panel" id="files">
              <FileList files={others} />
            </TabPanel>
          </Tabs>
        )}
      </div>
    </>
  )
}

function isMedia(file: File): boolean {
  return ['image', 'video'].includes(shownAs(file))
}

function MediaGrid({ files }: { readonly files: readonly File[] }) {
  const { t } = useTexts()
  const { contentUrl } = useLink()
  const [open, setOpen] = useState<string>()
  if (files.length === 0) return <Empty icon={FileX2} title={t('files.media.none')} />
  return (
    <>
      <ul className="media-grid">
        {files.map(({ id, name, preview }) => (
          <li key={id}>
            <button
              type="button"
              className="media-cell"
              aria-label={t('files.view', { name: shownName(name) })}
              onClick={() => setOpen(id)}
            >
              {preview === undefined ? (
                <span>{shownName(name)}</span>
              ) : (
                <img src={contentUrl(preview)} alt="" loading="lazy" />
              )}
            </button>
          </li>
        ))}
      </ul>
      {open !== undefined && (
        <Gallery messages={[{ files }]} first={open} onClose={() => setOpen(undefined)} />
      )}
    </>
  )
}

function FileList({ files }: { readonly files: readonly File[] }) {
  const { t, formatShort } = useTexts()
  const { jumpTo } = useActions()
  const { nameOf } = usePeople()
  if (files.length === 0) return <Empty icon={FileX2} title={t('files.files.none')} />
  return (
    <ul className="file-list">
      {files.map((file) => (
        <li key={file.id}>
          <FileLine file={file} transfer={file} message={file.message} />
          <Keeping file={file} />
          {file.message !== undefined && (
            <ToMessage
              message={file.message}
              onJump={jumpTo}
              when={formatShort(file.at)}
              who={nameOf(file.from, file.fromName)}
            />
          )}
        </li>
      ))}
    </ul>
  )
}

interface ToMessageProps {
  readonly message: string
  readonly when: string
  readonly who: string
  readonly onJump: (id: string) => void
}

function ToMessage({ message, when, who, onJump }: ToMessageProps) {
  const { t } = useTexts()
  return (
    <button type="button" className="to-message" onClick={() => onJump(message)}>
      {t('files.message.of', { when, who })}
    </button>
  )
}
