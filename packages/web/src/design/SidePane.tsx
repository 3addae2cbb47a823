import type { ReactNode } from 'react'
import { X } from 'lucide-react'
import { useTexts } from '../i18n/context.ts'
import { IconButton } from './IconButton.tsx'

export interface SidePaneProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
}

/**
 * Beside the main pane: members, files, search. Its parent gets the class `with-side`, which makes room for it; where there is
 * none it covers the parent.
 */
export function SidePane({ title, onClose, children }: SidePaneProps) {
  const { t } = useTexts()
  return (
    <aside className="side-pane" aria-label={title}>
      <header className="pane-head">
        <h2>{title}</h2>
        <IconButton icon={X} label={t('action.close')} onPress={onClose} />
      </header>
      <div className="side-body">{children}</div>
    </aside>
  )
}
