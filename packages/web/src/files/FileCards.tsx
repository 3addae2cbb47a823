import { lazy, memo, Suspense, use, useState, type AnchorHTMLAttributes } from 'react'
import {
  Download,
  ExternalLink,
  FileArchive,
  FileAudio,
  FileImage,
  FileText,
  FileVideo,
  Folder,
  Pause,
  Play,
  X,
  type LucideIcon,
} from 'lucide-react'
import type { File, FileSummary, Message } from '@triode/api'
import { useLink } from '../device/context.ts'
import { useAct } from '../device/queries.ts'
import { FaultNote } from '../design/Note.tsx'
import { useTexts } from '../i18n/context.ts'
import { useActions } from '../timeline/actions.ts'
import { TabStopContext } from '../timeline/tabStop.ts'
import { Progress } from './Progress.tsx'
import { shownName } from './shownName.ts'
import { useAddress } from './useAddress.ts'
import { isReadable, shownAs, useTransfer, type ShownAs } from './transfers.ts'
import './files.css'

const FolderDialog = lazy(() =>
  import('./FolderDialog.tsx').then(({ FolderDialog: part }) => ({ default: part })),
)

/** The files of a message: pictures as pictures, recordings with a player, all else as a card. */
export const FileCards = memo(function FileCards({ message }: { readonly message: Message }) {
  const { t } = useTexts()
  return (
    <ul className="files" aria-label={t('files.count', { count: message.files.length })}>
      {message.files.map((file, place) => (
        // One content may stand twice in a message, under two names.
        <li key={`${file.id} ${place}`}>
          <FileCard file={file} message={message} />
        </li>
      ))}
    </ul>
  )
})

export interface FileCardProps {
  readonly file: FileSummary
  readonly message: Message
}

function FileCard({ file, message }: FileCardProps) {
  const transfer = useTransfer(file.id)
  const as = shownAs(file)
  return (
    <div className="file" data-as={as}>
      {file.preview !== undefined && as !== 'audio' && (
        <Picture file={file} preview={file.preview} message={message} />
      )}
      {isReadable(transfer) && (as === 'audio' || as === 'video') && (
        <Player file={file} message={message.id} tag={as} isHere={transfer?.state === 'complete'} />
      )}
      <FileLine file={file} transfer={transfer} message={message.id} />
    </div>
  )
}

const MAX_PICTURE_PX = 320

/** As tall as it will be before it is here: nothing moves when it comes. */
function Picture({ file, preview, message }: FileCardProps & { readonly preview: string }) {
  const { t } = useTexts()
  const { contentUrl } = useLink()
  const { openMedia } = useActions()
  const tabIndex = use(TabStopContext) ? 0 : -1
  const { width = 4, height = 3 } = file
  const ratio = Math.max(0.5, Math.min(3, width / Math.max(1, height)))
  const inlineSize = Math.min(MAX_PICTURE_PX, MAX_PICTURE_PX * ratio)
  return (
    <button
      type="button"
      className="file-picture"
      tabIndex={tabIndex}
      style={{ aspectRatio: ratio, inlineSize }}
      aria-label={t('files.view', { name: shownName(file.name) })}
      onClick={() => openMedia(message, file.id)}
    >
      <img src={contentUrl(preview)} alt="" loading="lazy" draggable={false} />
    </button>
  )
}

interface PlayerProps {
  readonly file: FileSummary
  /** The one that names it. */
  readonly message: string | undefined
  readonly tag: 'audio' | 'video'
  /** All of it. */
  readonly isHere: boolean
}

/** The browser's own player: it asks for the parts that it needs, of what still comes not before it is played. */
export function Player({ file, message, tag: Tag, isHere }: PlayerProps) {
  const { contentUrl } = useLink()
  const tabIndex = use(TabStopContext) ? 0 : -1
  return (
    <Tag
      className="player"
      ref={released}
      src={contentUrl(file.id, { message })}
      controls
      // A part that is long in coming would hold one of the few connections that a browser opens.
      preload={isHere ? 'metadata' : 'none'}
      aria-label={shownName(file.name)}
      tabIndex={tabIndex}
    />
  )
}

/** Taken off the page, a player reads on, and asks anew for a file that was thrown away: it has to be told to stop. */
function released(player: HTMLMediaElement | null): (() => void) | undefined {
  if (player === null) return undefined
  return () => {
    queueMicrotask(() => {
      if (player.isConnected) return
      player.pause()
      player.removeAttribute('src')
      player.load()
    })
  }
}

const ICONS: Readonly<Record<ShownAs, LucideIcon>> = {
  image: FileImage,
  video: FileVideo,
  audio: FileAudio,
  folder: Folder,
  other: FileText,
}

/** The browser pages through it by itself, in the sandbox that the device puts it in (spec §13.9). */
const PDF = 'application/pdf'
const ARCHIVE = /zip|tar|compressed|7z|rar/u

export interface FileLineProps {
  readonly file: FileSummary
  readonly transfer: File | undefined
  /** The one that calls it so. */
  readonly message: string | undefined
}

/** Name, size, how far it is, and what one can do with it. */
export function FileLine({ file, transfer, message }: FileLineProps) {
  const as = shownAs(file)
  const Icon = as === 'other' && ARCHIVE.test(file.mediaType) ? FileArchive : ICONS[as]
  return (
    <div className="file-line">
      <Icon size={24} strokeWidth={1.5} aria-hidden />
      <div className="file-words">
        <p className="file-name" dir="auto">
          {shownName(file.name)}
        </p>
        <About file={file} transfer={transfer} />
        {transfer !== undefined && <Progress transfer={transfer} />}
      </div>
      <FileActions file={file} transfer={transfer} message={message} />
    </div>
  )
}

function About({ file, transfer }: Omit<FileLineProps, 'message'>) {
  const { t, formatBytes, formatDuration } = useTexts()
  const { size, files, durationMs, width, height } = file
  const parts = [
    formatBytes(size),
    files !== undefined && t('files.inside', { count: files }),
    durationMs !== undefined && formatDuration(durationMs),
    width !== undefined && height !== undefined && `${width} × ${height}`,
    file.executable && t('files.program'),
    file.ownerOnly === true && t('files.ownerOnly'),
    file.readOnly === true && t('files.readOnly'),
    transfer !== undefined && transfer.state !== 'complete' && t(`files.state.${transfer.state}`),
  ].filter((part) => part !== false)
  return <p className="file-about">{parts.join(' · ')}</p>
}

function FileActions({ file, transfer, message }: FileLineProps) {
  const { t } = useTexts()
  const [isFolderOpen, setFolderOpen] = useState(false)
  const get = useAct('getFile')
  const pause = useAct('pauseFile')
  const resume = useAct('resumeFile')
  const cancel = useAct('cancelFile')
  const { id, kind } = file
  const addressOf = useAddress(id)
  const name = shownName(file.name)
  const state = transfer?.state
  const isComing = state === 'fetching' || state === 'waiting' || state === 'held-back'
  // What is here and others lack is given to them.
  const isGiven =
    transfer?.state === 'complete' && !transfer.paused && transfer.delivered.count < transfer.delivered.of
  const isStuck = state === 'paused' || state === 'disk-full' || state === 'disk-refused'
  const fault = get.error ?? pause.error ?? resume.error ?? cancel.error
  return (
    <>
      <div className="file-actions">
        {(state === 'offered' || state === 'held-back') && (
          <Act label={t('files.get', { name })} icon={Download} onAct={() => get.mutate({ id })} />
        )}
        {(isComing || isGiven) && (
          <Act label={t('files.pause', { name })} icon={Pause} onAct={() => pause.mutate({ id })} />
        )}
        {transfer?.paused === true && (
          <Act label={t('files.resume', { name })} icon={Play} onAct={() => resume.mutate({ id })} />
        )}
        {(isComing || isStuck || state === 'preparing') && (
          <Act label={t('files.cancel', { name })} icon={X} onAct={() => cancel.mutate({ id })} />
        )}
        {kind === 'folder' && state === 'complete' && (
          <Act label={t('files.folder', { name })} icon={Folder} onAct={() => setFolderOpen(true)} />
        )}
        {file.mediaType === PDF && isReadable(transfer) && (
          <Lead
            label={t('files.open', { name })}
            icon={ExternalLink}
            href={addressOf?.({ message })}
            target="_blank"
            rel="noreferrer noopener"
          />
        )}
        {kind === 'file' && state === 'complete' && (
          <Lead
            label={t('files.save', { name })}
            icon={Download}
            href={addressOf?.({ download: true, message })}
            download={name}
          />
        )}
      </div>
      <FaultNote fault={fault} act="getFile" />
      {isFolderOpen && (
        <Suspense>
          <FolderDialog id={id} message={message} name={name} onClose={() => setFolderOpen(false)} />
        </Suspense>
      )}
    </>
  )
}

interface ActProps {
  readonly label: string
  readonly icon: LucideIcon
  readonly onAct: () => void
}

function Act({ label, icon: Icon, onAct }: ActProps) {
  const tabIndex = use(TabStopContext) ? 0 : -1
  return (
    <button
      type="button"
      className="message-tool"
      tabIndex={tabIndex}
      aria-label={label}
      title={label}
      onClick={onAct}
    >
      <Icon size={18} aria-hidden />
    </button>
  )
}

interface LeadProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  readonly label: string
  readonly icon: LucideIcon
}

/** To the bytes of a file. */
function Lead({ label, icon: Icon, ...rest }: LeadProps) {
  const tabIndex = use(TabStopContext) ? 0 : -1
  return (
    <a {...rest} className="message-tool" tabIndex={tabIndex} aria-label={label} title={label}>
      <Icon size={18} aria-hidden />
    </a>
  )
}
