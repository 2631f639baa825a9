// The modal dialog: one heading, its content, Escape to close unless it must be answered.
import type { ReactNode } from 'react'
import { Dialog as AriaDialog } from 'react-aria-components/Dialog'
import { Heading } from 'react-aria-components/Heading'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { useTopmost, type DialogRank } from './dialog-rank.ts'

interface Props {
  title: string
  open: boolean
  onClose: () => void
  children: ReactNode
  size?: 'm' | 'l'
  role?: 'dialog' | 'alertdialog'
  /** false: Escape does nothing; the question must be answered with a button */
  dismissable?: boolean
  rank?: DialogRank
}

export function Dialog({ title, open, onClose, children, size = 'm', role = 'dialog', dismissable = true, rank = 'page' }: Props) {
  const topmost = useTopmost(open, rank)
  return (
    <ModalOverlay className="scrim" isOpen={open && topmost} onOpenChange={(next) => { if (!next && topmost) onClose() }} isKeyboardDismissDisabled={!dismissable}>
      <Modal className="modal" data-size={size}>
        <AriaDialog className="dialog" role={role}>
          <Heading slot="title" level={2}>{title}</Heading>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}
