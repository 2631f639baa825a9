// Who would not come back in after a save, as the server found it: administrators, and keys whose last caller would be refused.
import { Note } from '../controls/note.tsx'
import { countOf } from '../controls/words.ts'
import type { PolicyCheck } from '../http/shapes.ts'

const few = 5
const namesOf = (names: readonly string[]): string => (names.length > few ? `${names.slice(0, few).join(', ')} and ${names.length - few} more` : names.join(', '))

export function ShutOutNotes({ shutOut }: { shutOut: PolicyCheck['shutOut'] }) {
  if (!shutOut) return null
  const { admins, noOtherAdmin, keys, moreKeys } = shutOut
  return (
    <>
      {admins.length > 0 && (
        <Note tone={noOtherAdmin ? 'danger' : 'warning'} title={noOtherAdmin ? 'No other administrator would get in' : `${countOf(admins.length, 'administrator')} would not get in`}>
          From where they were last seen: {namesOf(admins)}.
        </Note>
      )}
      {keys.length > 0 && <Note tone="warning" title={`${moreKeys ? 'More than ' : ''}${countOf(keys.length, 'API key')} would be refused`}>From where they last called: {namesOf(keys)}.</Note>}
    </>
  )
}
