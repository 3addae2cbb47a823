import type { ReactNode } from 'react'
import { X } from 'lucide-react'
import { Dialog, Heading, Modal as AriaModal, ModalOverlay } from 'react-aria-components'
import { useTexts } from '../i18n/context.ts'
import { IconButton } from './IconButton.tsx'

export interface ModalProps {
  readonly title: string
  readonly isOpen: boolean
  readonly onClose: () => void
  /** `alertdialog` for what can't be undone. */
  readonly role?: 'dialog' | 'alertdialog'
  readonly width?: 'normal' | 'wide'
  readonly children: ReactNode
}

/** A dialog over the page: it holds the focus, and Escape closes it. */
export function Modal({ title, isOpen, onClose, role = 'dialog', width = 'normal', children }: ModalProps) {
  const { t } = useTexts()
  return (
    <ModalOverlay
      className="modal-scrim"
      isOpen={isOpen}
      isDismissable={role === 'dialog'}
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
    >
      <AriaModal className="modal" data-width={width}>
        <Dialog role={role} className="dialog">
          <div className="dialog-head">
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            <IconButton icon={X} label={t('action.close')} onPress={onClose} />
          </div>
          {children}
        </Dialog>
      </AriaModal>
    </ModalOverlay>
  )
}
