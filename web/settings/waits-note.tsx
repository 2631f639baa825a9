// Said before a save that becomes a proposal.
import { Note } from '../controls/note.tsx'

export function WaitsNote() {
  return <Note title="It waits for a second person">Another administrator must approve this before it holds. You can follow it under Waiting changes.</Note>
}
