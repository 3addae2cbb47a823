import { useState, type KeyboardEvent, type PointerEvent } from 'react'
import { ChevronLeft, ChevronRight, Download, X, ZoomIn, ZoomOut } from 'lucide-react'
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import type { FileSummary } from '@triode/api'
import { IconButton } from '../design/IconButton.tsx'
import { useLink } from '../device/context.ts'
import { useTexts } from '../i18n/context.ts'
import { directionOf } from '../i18n/direction.ts'
import { Player } from './FileCards.tsx'
import { shownName } from './shownName.ts'
import { useAddress } from './useAddress.ts'
import { isReadable, shownAs, useTransfer } from './transfers.ts'

/** With the message that calls it so. */
type Medium = FileSummary & { readonly message?: string | undefined }

export interface GalleryProps {
  /** In the order in which one goes through them. */
  readonly messages: readonly { readonly id?: string; readonly files: readonly Medium[] }[]
  /** The id of the one to begin with. */
  readonly first: string
  readonly onClose: () => void
}

/** Pictures and videos, one at a time: arrows lead on, + and - zoom, Escape closes. */
export function Gallery({ messages, first, onClose }: GalleryProps) {
  const { t, locale, formatNumber } = useTexts()
  const [media] = useState(() => mediaOf(messages))
  const [at, setAt] = useState(() =>
    Math.max(
      0,
      media.findIndex(({ id }) => id === first),
    ),
  )
  const [zoom, setZoom] = useState(1)
  const file = media[at]
  if (file === undefined) return null
  const move = (by: number) => {
    setAt(Math.max(0, Math.min(media.length - 1, at + by)))
    setZoom(1)
  }
  const zoomBy = (factor: number) => setZoom(Math.max(1, Math.min(MAX_ZOOM, zoom * factor)))
  const forward = directionOf(locale) === 'rtl' ? 'ArrowLeft' : 'ArrowRight'
  const onKeyDown = (event: KeyboardEvent) => {
    // Zoomed in, arrows on the picture move over it.
    const isOver = zoom > 1 && event.target instanceof Element && event.target.matches('.gallery-view')
    if ((event.key === 'ArrowLeft' || event.key === 'ArrowRight') && !isOver)
      move(event.key === forward ? 1 : -1)
    else if (event.key === '+' || event.key === '=') zoomBy(ZOOM_STEP)
    else if (event.key === '-') zoomBy(1 / ZOOM_STEP)
    else if (event.key === '0') setZoom(1)
  }
  const [Before, After] = forward === 'ArrowRight' ? [ChevronLeft, ChevronRight] : [ChevronRight, ChevronLeft]
  return (
    <ModalOverlay
      className="modal-scrim gallery-scrim"
      isOpen
      isDismissable
      onOpenChange={(open) => !open && onClose()}
    >
      <Modal className="gallery">
        <Dialog className="gallery-dialog">
          <div className="gallery-frame" onKeyDown={onKeyDown}>
            <div className="gallery-head">
              <Heading slot="title" level={2} dir="auto">
                {shownName(file.name)}
              </Heading>
              <p className="quiet small" role="status">
                {t('gallery.place', { at: formatNumber(at + 1), count: formatNumber(media.length) })}
              </p>
              <IconButton
                icon={ZoomOut}
                label={t('gallery.out')}
                keys="-"
                isDisabled={zoom <= 1}
                onPress={() => zoomBy(1 / ZOOM_STEP)}
              />
              <IconButton
                icon={ZoomIn}
                label={t('gallery.in')}
                keys="+"
                isDisabled={zoom >= MAX_ZOOM}
                onPress={() => zoomBy(ZOOM_STEP)}
              />
              <Save file={file} />
              <IconButton icon={X} label={t('action.close')} onPress={onClose} autoFocus />
            </div>
            <Shown key={file.id} file={file} zoom={zoom} />
            <div className="gallery-moves">
              <IconButton
                icon={Before}
                label={t('gallery.before')}
                isDisabled={at === 0}
                onPress={() => move(-1)}
              />
              <IconButton
                icon={After}
                label={t('gallery.after')}
                isDisabled={at === media.length - 1}
                onPress={() => move(1)}
              />
            </div>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}

const MAX_ZOOM = 8
const ZOOM_STEP = 1.5

/** Pictures and videos, each once. */
function mediaOf(messages: GalleryProps['messages']): Medium[] {
  const all = messages
    .flatMap(({ id, files }) => files.map((file) => ({ ...file, message: file.message ?? id })))
    .filter((file) => ['image', 'video'].includes(shownAs(file)))
  return [...new Map(all.map((file) => [file.id, file])).values()]
}

function Save({ file: { id, name, message } }: { readonly file: Medium }) {
  const { t } = useTexts()
  const addressOf = useAddress(id)
  return (
    <a
      className="icon-button"
      href={addressOf?.({ download: true, message })}
      download={name}
      aria-label={t('files.save', { name: shownName(name) })}
    >
      <Download size={20} aria-hidden />
    </a>
  )
}

/** The whole picture; what is known of it small until that is here. Zoomed in, it is dragged or scrolled. */
function Shown({ file, zoom }: { readonly file: Medium; readonly zoom: number }) {
  const { t } = useTexts()
  const { contentUrl } = useLink()
  const transfer = useTransfer(file.id)
  const isHere = transfer?.state === 'complete'
  if (shownAs(file) === 'video' && isReadable(transfer))
    return <Player file={file} message={file.message} tag="video" isHere={isHere} />
  const source = isHere || file.preview === undefined ? file.id : file.preview
  return (
    <div
      className="gallery-view"
      role="group"
      aria-label={file.name}
      // It scrolls when zoomed in: by keyboard too.
      tabIndex={0}
      data-zoomed={zoom > 1}
      onPointerMove={drag}
    >
      <img
        src={contentUrl(source)}
        alt={t('gallery.picture', { name: shownName(file.name) })}
        draggable={false}
        style={{ inlineSize: `${zoom * 100}%`, blockSize: `${zoom * 100}%` }}
      />
    </div>
  )
}

function drag(event: PointerEvent<HTMLElement>): void {
  if (event.buttons !== 1 || event.pointerType !== 'mouse') return
  event.currentTarget.scrollBy(-event.movementX, -event.movementY)
}
