// Asks before one leaves the settings with a draft; the draft stays on this device either way unless it is discarded.
import { useBlocker } from '@tanstack/react-router'
import { memo } from 'react'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { countOf } from '../controls/words.ts'
import { useDraftBox } from './draft.ts'

/** The pages that share one draft: between them nothing is asked. */
const shared = /\/settings\/(?:privacy|two-factor|standards)$/

export const LeaveGuard = memo(function LeaveGuard({ changes, within = shared }: { changes: number; within?: RegExp }) {
  const box = useDraftBox()
  const blocker = useBlocker({
    shouldBlockFn: ({ next }) => changes > 0 && !within.test(next.pathname.replace(/\/$/, '')),
    enableBeforeUnload: () => changes > 0,
    withResolver: true,
  })
  if (blocker.status !== 'blocked') return null
  return (
    <Dialog title="Leave with unsaved changes?" role="alertdialog" open onClose={() => blocker.reset()}>
      <p>{countOf(changes, 'change')} {changes === 1 ? 'is' : 'are'} not in force yet. You can leave and find the draft here again in this tab.</p>
      <div className="row-end">
        <Button look="danger" onPress={() => { box.drop(); blocker.proceed() }}>Discard and leave</Button>
        <Button onPress={() => blocker.proceed()}>Leave, keep the draft</Button>
        <Button look="main" onPress={() => blocker.reset()}>Stay</Button>
      </div>
    </Dialog>
  )
})
