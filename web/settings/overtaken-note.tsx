// In the review: settings that somebody else saved while this draft was made, what stands there now, and which of the two is meant. Nothing is saved over them unseen.
import { Button } from '../controls/button.tsx'
import { Note } from '../controls/note.tsx'
import type { ChannelSettingState, PolicyState } from '../http/shapes.ts'
import type { Editing } from './editing.ts'
import { originText } from './origin.ts'
import { declaredOf, printed } from './printed.ts'

/** What is saved at the place that is edited: for a channel its own value, null while it inherits. */
function savedAt({ place, state }: Pick<Editing, 'place' | 'state'>, key: string): unknown {
  const setting = state.settings[key]
  return place.channel === null ? setting?.value : ((setting as ChannelSettingState | undefined)?.own?.value ?? null)
}

export function overtakenBy<S extends PolicyState>(editing: Editing<S>): string[] {
  const { draft, judgement } = editing
  return Object.keys(judgement.patch).filter((key) => draft.bases[key] !== undefined && draft.bases[key] !== JSON.stringify(savedAt(editing as unknown as Editing, key)))
}

export function OvertakenNote<S extends PolicyState>({ editing, onNothingLeft }: { editing: Editing<S>; onNothingLeft: () => void }) {
  const keys = overtakenBy(editing)
  if (keys.length === 0) return null
  const { place: { box }, state, judgement: { patch } } = editing
  const take = () => {
    box.drop(keys)
    if (keys.length === Object.keys(patch).length) onNothingLeft()
  }
  return (
    <Note tone="warning" title="Changed meanwhile" live>
      <div className="stack-s">
        <ul className="stack-s">
          {keys.map((key) => {
            const now = state.settings[key]
            return <li key={key}><strong>{declaredOf(key)?.label ?? key}</strong>: {now ? <>{printed(key, now.value)} is in force now. {originText(now.origin)}.</> : 'it is in force no more.'} Your draft: {patch[key] === null ? 'inherited' : printed(key, patch[key])}.</li>
          })}
        </ul>
        <p className="row">
          <Button size="s" onPress={take}>Take what is in force</Button>
          <Button size="s" onPress={() => { for (const key of keys) box.rebase(key, savedAt(editing as unknown as Editing, key)) }}>Keep my draft</Button>
        </p>
      </div>
    </Note>
  )
}
