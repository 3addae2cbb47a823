import type { ReactNode } from 'react'
import { CircleAlert, Info, TriangleAlert } from 'lucide-react'
import type { ApiFault } from '@triode/api'
import { useTexts } from '../i18n/context.ts'
import { useDeviceWords } from '../i18n/words/context.ts'
import { Spoken } from './Spoken.tsx'
import { outcomeOf, type Act } from './outcome.ts'

export interface NoteProps {
  readonly kind?: 'info' | 'warning' | 'danger'
  readonly title?: ReactNode
  readonly children?: ReactNode
}

const ICONS = { info: Info, warning: TriangleAlert, danger: CircleAlert }

/** A remark in the page; a warning or a fault is read out at once. */
export function Note({ kind = 'info', title, children }: NoteProps) {
  const Icon = ICONS[kind]
  return (
    <div className={`note ${kind}`} role={kind === 'info' ? undefined : 'alert'}>
      <Icon size={18} aria-hidden />
      <div>
        {title !== undefined && <p className="note-title">{title}</p>}
        {children}
      </div>
    </div>
  )
}

export interface FaultNoteProps {
  readonly fault: ApiFault | null | undefined
  /** What was being done: says what became of it, such as of the message that was being sent. */
  readonly act: Act
}

/** What went wrong, what that means for what was being done, and what to do. */
export function FaultNote({ fault, act }: FaultNoteProps) {
  if (fault === null || fault === undefined) return null
  return <Failed fault={fault} act={act} />
}

function Failed({ fault, act }: { readonly fault: ApiFault; readonly act: Act }) {
  const { t } = useTexts()
  const { said, isSettled } = useDeviceWords()
  // Read out at once, so once.
  if (!isSettled) return null
  const { message, remedy, isOurs } = said(fault)
  return (
    <Note kind="danger" title={<Spoken text={message} isOurs={isOurs} />}>
      <p>{outcomeOf(t, act, fault)}</p>
      {remedy !== undefined && (
        <p>
          <Spoken text={remedy} isOurs={isOurs} />
        </p>
      )}
    </Note>
  )
}
