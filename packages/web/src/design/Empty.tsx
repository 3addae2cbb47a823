import type { ReactNode } from 'react'
import type { LucideIcon } from 'lucide-react'

export interface EmptyProps {
  readonly icon: LucideIcon
  readonly title: string
  readonly text?: string
  readonly children?: ReactNode
}

/** Where there is nothing yet: what belongs here, and how to begin. */
export function Empty({ icon: Icon, title, text, children }: EmptyProps) {
  return (
    <div className="empty">
      <Icon size={36} strokeWidth={1.5} aria-hidden />
      <h2>{title}</h2>
      {text !== undefined && <p>{text}</p>}
      {children}
    </div>
  )
}
