import { Download, FileText, Folder, Link2 } from 'lucide-react'
import { Modal } from '../design/Modal.tsx'
import { FaultNote } from '../design/Note.tsx'
import { Loading } from '../design/Loading.tsx'
import { useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { shownName } from './shownName.ts'
import { useAddress } from './useAddress.ts'

const ICONS = { file: FileText, folder: Folder, link: Link2 }

export interface FolderDialogProps {
  readonly id: string
  /** The one that names it. */
  readonly message: string | undefined
  readonly name: string
  readonly onClose: () => void
}

/** What a folder holds; each file in it can be saved alone. */
export function FolderDialog({ id, message, name, onClose }: FolderDialogProps) {
  const { t, formatBytes, formatMoment } = useTexts()
  const addressOf = useAddress(id)
  const { data, error, isPending } = useRoute('folder', { id, ...(message !== undefined && { message }) })
  return (
    <Modal title={shownName(name)} isOpen onClose={onClose} width="wide">
      <FaultNote fault={error} act="look" />
      {isPending && <Loading />}
      {data?.entries.length === 0 && <p className="quiet">{t('files.folder.empty')}</p>}
      <ul className="folder">
        {data?.entries.map(({ path, kind, size, modifiedAt }) => {
          const Icon = ICONS[kind]
          return (
            <li key={path} className="folder-entry">
              <Icon size={18} aria-hidden />
              <span className="folder-path" dir="auto">
                {shownName(path)}
              </span>
              <span
                className="quiet small"
                title={modifiedAt === undefined ? undefined : formatMoment(modifiedAt)}
              >
                {kind === 'file' ? formatBytes(size) : t(`files.kind.${kind}`)}
              </span>
              {kind === 'file' && (
                <a
                  className="message-tool"
                  href={addressOf?.({ path, download: true, message })}
                  download={path.split('/').at(-1)}
                  aria-label={t('files.save', { name: shownName(path) })}
                >
                  <Download size={18} aria-hidden />
                </a>
              )}
            </li>
          )
        })}
      </ul>
    </Modal>
  )
}
