// What the chosen standards would change, put into the draft that every page of settings shares: it is reviewed and saved as any other.
import { Button } from '../controls/button.tsx'
import { Note } from '../controls/note.tsx'
import { countOf } from '../controls/words.ts'
import type { Editing } from './editing.ts'
import { same } from './judge.ts'
import type { DraftValue } from './standards.ts'

export function StandardDraft({ draft, editing }: { draft: readonly DraftValue[]; editing: Editing }) {
  const { place: { box }, state, draft: { inputs } } = editing
  if (draft.length === 0) return <Note tone="good">No setting stands in the way of what you chose. What is not met lies in a channel, in what is built in, or where two contradict each other.</Note>
  const there = draft.every(({ key, value }) => key in inputs && same(inputs[key], value))
  return (
    <section className="card standard" aria-labelledby="standard-draft">
      <div className="apart standard-head">
        <div>
          <h2 id="standard-draft">{countOf(draft.length, 'setting')} {draft.length === 1 ? 'stands' : 'stand'} in the way</h2>
          <p className="small soft">Nothing is saved from here: the values go into the draft, and you review them below, with what they would have changed on your own traffic.</p>
        </div>
        <Button look="main" isDisabled={there} onPress={() => { for (const { key, value } of draft) box.edit(key, value, state.settings[key]?.value) }}>{there ? 'In the draft' : 'Put these into the draft'}</Button>
      </div>
      <dl className="diff standard-diff">
        {draft.map(({ key, label, beforeText, afterText, askedBy }) => (
          <div key={key}>
            <dt className="row">{label}<span className="small soft standard-asked">{askedBy.join(' · ')}</span></dt>
            <dd>
              <span>{beforeText}</span>
              <span className="diff-arrow flip" aria-hidden="true">→</span>
              <span className="hidden">becomes</span>
              <strong>{afterText}</strong>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
