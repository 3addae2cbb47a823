import { lazy, Suspense, useEffect } from 'react'
import { ApiFault } from '@triode/api'
import { FaultNote, Note } from '../design/Note.tsx'
import { IconButton } from '../design/IconButton.tsx'
import { X } from 'lucide-react'
import { useTexts } from '../i18n/context.ts'
import { DeleteDialog } from './DeleteDialog.tsx'
import { EmojiPicker } from './EmojiPicker.tsx'
import { MessageMenu } from './MessageMenu.tsx'
import type { TimelineStore } from './store.ts'
import type { Acting, Dismiss } from './useActing.ts'
import '../design/remarks.css'

const DetailsDialog = lazy(() =>
  import('./DetailsDialog.tsx').then(({ DetailsDialog: part }) => ({ default: part })),
)
const ForwardDialog = lazy(() =>
  import('./ForwardDialog.tsx').then(({ ForwardDialog: part }) => ({ default: part })),
)
const Gallery = lazy(() => import('../files/Gallery.tsx').then(({ Gallery: part }) => ({ default: part })))

export interface MessageDialogsProps {
  readonly acting: Acting
  readonly dismiss: Dismiss
  readonly store: TimelineStore
}

/** Whatever opens over the conversation. */
export function MessageDialogs({ acting, dismiss, store }: MessageDialogsProps) {
  const { menu, emoji, removing, forwarding, details, media } = acting
  return (
    <>
      <MessageMenu open={menu} onClose={() => dismiss('menu')} />
      <EmojiPicker open={emoji} onClose={() => dismiss('emoji')} />
      {removing !== undefined && (
        <DeleteDialog
          messages={removing}
          store={store}
          onClose={() => dismiss('removing')}
          onDone={() => dismiss('selection')}
        />
      )}
      <Suspense>
        {details !== undefined && (
          <DetailsDialog id={details.id} store={store} onClose={() => dismiss('details')} />
        )}
        {forwarding !== undefined && (
          <ForwardDialog
            messages={forwarding}
            onClose={() => dismiss('forwarding')}
            onDone={() => dismiss('selection')}
          />
        )}
        {media !== undefined && (
          <Gallery messages={store.snapshot().messages} first={media.file} onClose={() => dismiss('media')} />
        )}
      </Suspense>
      <Remarks acting={acting} dismiss={dismiss} />
    </>
  )
}

const REMARK_MS = 3_000

/** What became of an act that has no dialog of its own. */
function Remarks({ acting: { fault, copied }, dismiss }: Omit<MessageDialogsProps, 'store'>) {
  const { t } = useTexts()
  useEffect(() => {
    if (copied === undefined) return
    const timer = setTimeout(() => dismiss('copied'), REMARK_MS)
    return () => {
      clearTimeout(timer)
    }
  }, [copied, dismiss])
  return (
    <div className="remarks" role="status">
      {copied !== undefined && <Note title={t('select.copied', { count: copied })} />}
      {fault !== undefined && (
        <div className="remark-fault">
          {fault instanceof ApiFault ? (
            <FaultNote fault={fault} act="react" />
          ) : (
            <Note kind="danger" title={t('outcome.copy')} />
          )}
          <IconButton icon={X} label={t('action.close')} onPress={() => dismiss('fault')} />
        </div>
      )}
    </div>
  )
}
