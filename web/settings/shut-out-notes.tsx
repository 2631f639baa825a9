// Which administrators would not come back in after a save, as the server found it.
import { Note } from '../controls/note.tsx'
import { countOf, namesOf } from '../controls/words.ts'
import type { PolicyCheck } from '../http/shapes.ts'

export function ShutOutNotes({ shutOut }: { shutOut: PolicyCheck['shutOut'] }) {
  if (!shutOut) return null
  const { admins, noOtherAdmin } = shutOut
  if (admins.length === 0) return null
  return (
    <Note tone={noOtherAdmin ? 'danger' : 'warning'} title={noOtherAdmin ? 'No other administrator would get in' : `${countOf(admins.length, 'administrator')} would not get in`}>
      From where they were last seen: {namesOf(admins)}.
    </Note>
  )
}
