import { lazy, Suspense, useState } from 'react'
import { Pin, PinOff, Trash2 } from 'lucide-react'
import type { File } from '@triode/api'
import { IconButton } from '../design/IconButton.tsx'
import { FaultNote } from '../design/Note.tsx'
import { useAct } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { shownName } from './shownName.ts'

const Confirm = lazy(() => import('../circle/Confirm.tsx').then(({ Confirm: part }) => ({ default: part })))

/** Of a file that is here: whether it stays when room is made, and taking it from this device. */
export function Keeping({ file }: { readonly file: File }) {
  const { t } = useTexts()
  const pin = useAct('pinFile')
  const drop = useAct('dropFile')
  const [isAsking, setAsking] = useState(false)
  const { id, pinned } = file
  const name = shownName(file.name)
  if (file.state !== 'complete') return null
  return (
    <div className="file-keeping">
      <IconButton
        icon={pinned ? PinOff : Pin}
        label={t(pinned ? 'files.unpin' : 'files.pin', { name })}
        onPress={() => pin.mutate({ id, pinned: !pinned })}
      />
      <IconButton icon={Trash2} label={t('files.drop', { name })} onPress={() => setAsking(true)} />
      <FaultNote fault={pin.error} act="keepFile" />
      {isAsking && (
        <Suspense>
          <Confirm
            title={t('files.drop', { name })}
            action={t('files.drop.action')}
            fault={drop.error}
            act="keepFile"
            isPending={drop.isPending}
            onConfirm={() => drop.mutate({ id }, { onSuccess: () => setAsking(false) })}
            onClose={() => setAsking(false)}
          >
            <p>{t('files.drop.text')}</p>
          </Confirm>
        </Suspense>
      )}
    </div>
  )
}
