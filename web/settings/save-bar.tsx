// The bar at the foot: how many changes, what is wrong, and the way to the review.
import { useState } from 'react'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { countOf } from '../controls/words.ts'
import type { PolicyState } from '../http/shapes.ts'
import type { Editing } from './editing.ts'
import { ReviewDialog } from './review-dialog.tsx'

export function SaveBar<S extends PolicyState>({ editing, onFault }: { editing: Editing<S>; onFault: (key: string) => void }) {
  const [review, setReview] = useState(false)
  const [discard, setDiscard] = useState(false)
  const { judgement, faults } = editing
  const changes = judgement.changed.length
  const first = faults[0]
  return (
    <div className="save-bar" role="region" aria-label="Save" data-open={changes > 0 || undefined}>
      <div className="save-words" role="status">
        <span>{changes === 0 ? <span className="soft">No unsaved changes</span> : <strong>{countOf(changes, 'unsaved change')}</strong>}</span>
        {faults.length > 0 && <span className="badge" data-tone="danger">{countOf(faults.length, 'place')} to fix</span>}
        {first && <Button look="quiet" size="s" onPress={() => onFault(first.path.split('/')[0] ?? first.path)}>Show the first</Button>}
      </div>
      {changes > 0 && <Button onPress={() => setDiscard(true)}>Discard</Button>}
      <Button look="main" isDisabled={changes === 0 || judgement.faults.length > 0} onPress={() => setReview(true)}>Review and save</Button>
      {review && <ReviewDialog editing={editing} onClose={() => setReview(false)} onFault={(key) => { setReview(false); onFault(key) }} />}
      <Dialog title="Discard the draft?" role="alertdialog" open={discard} onClose={() => setDiscard(false)}>
        <p>{countOf(changes, 'unsaved change')} will be forgotten. What is in force stays as it is.</p>
        <div className="row-end">
          <Button onPress={() => setDiscard(false)}>Keep editing</Button>
          <Button look="danger" onPress={() => { editing.place.box.drop(judgement.changed); setDiscard(false) }}>Discard</Button>
        </div>
      </Dialog>
    </div>
  )
}
