import { useState } from 'react'
import { useMutationState } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { ApiFault } from '@triode/api'
import { IconButton } from '../design/IconButton.tsx'
import { FaultNote } from '../design/Note.tsx'
import type { ActMeta } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import '../design/remarks.css'

/** What became of the last act that failed and has no place of its own to say so, until it is put away or done again. */
export function Remarks() {
  const { t } = useTexts()
  const [seen, setSeen] = useState(0)
  const last = useMutationState({
    filters: { predicate: ({ meta }) => (meta as ActMeta | undefined)?.remark !== undefined },
    select: ({ mutationId, meta, state }) => ({ mutationId, meta: meta as ActMeta, error: state.error }),
  }).at(-1)
  const act = last?.meta.remark
  if (last === undefined || act === undefined || last.mutationId <= seen) return null
  if (!(last.error instanceof ApiFault)) return null
  return (
    <div className="remarks">
      <div className="remark-fault">
        <FaultNote fault={last.error} act={act} />
        <IconButton icon={X} label={t('action.close')} onPress={() => setSeen(last.mutationId)} />
      </div>
    </div>
  )
}
