import type { ReactNode } from 'react'
import { CircleAlert, Info, TriangleAlert } from 'lucide-react'
import type { ApiFault } from '@triode/api'
import { DEVICE_WORDS } from '../i18n/direction.ts'

export interface NoteProps {
  readonly kind?: 'info' | 'warning' | 'danger'
  readonly title?: string
  /** Worded by the device, which speaks English alone: said so to whoever reads it out, and set from left to right. */
  readonly fromDevice?: boolean
  readonly children?: ReactNode
}

const ICONS = { info: Info, warning: TriangleAlert, danger: CircleAlert }

/** A remark in the page; a warning or a fault is read out at once. */
export function Note({ kind = 'info', title, fromDevice = false, children }: NoteProps) {
  const Icon = ICONS[kind]
  return (
    <div className={`note ${kind}`} role={kind === 'info' ? undefined : 'alert'}>
      <Icon size={18} aria-hidden />
      <div {...(fromDevice && DEVICE_WORDS)}>
        {title !== undefined && <p className="note-title">{title}</p>}
        {children}
      </div>
    </div>
  )
}

/** What went wrong and what to do, in the device's own words. */
export function FaultNote({ fault }: { readonly fault: ApiFault | null | undefined }) {
  if (fault === null || fault === undefined) return null
  return (
    <Note kind="danger" title={sentence(fault.message)} fromDevice>
      {fault.remedy !== undefined && <p>{sentence(fault.remedy)}</p>}
    </Note>
  )
}

function sentence(text: string): string {
  return /[.!?]$/u.test(text) ? text : `${text}.`
}
