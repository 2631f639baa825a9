// Many entries at once: one a line or commas between, an optional note after `#`.
import { useId, useState } from 'react'
import { Button } from '../controls/button.tsx'
import { countOf } from '../controls/words.ts'
import { entriesOf, type Entry } from './entries.ts'
import type { Noun } from './list-editor.tsx'

interface Props { noun: Noun; example: string; onAdd: (entries: readonly Entry[]) => void; onCancel: () => void }

export function PasteMany({ noun, example, onAdd, onCancel }: Props) {
  const id = useId()
  const [text, setText] = useState('')
  const entries = entriesOf(text)
  return (
    <div className="paste">
      <label className="field-label" htmlFor={id}>Paste {noun.many}</label>
      <textarea id={id} className="input mono" rows={5} dir="ltr" spellCheck={false} autoCapitalize="none" autoFocus placeholder={`${example} # a note`} value={text} onChange={(event) => setText(event.target.value)} aria-describedby={`${id}-help`} />
      <p className="field-help" id={`${id}-help`}>One a line, or commas between; a note after <code>#</code>. What cannot be read is added too and marked, so that you can mend it.</p>
      <div className="row">
        <Button look="main" size="s" isDisabled={entries.length === 0} onPress={() => onAdd(entries)}>{entries.length === 0 ? 'Add entries' : `Add ${countOf(entries.length, 'entry', 'entries')}`}</Button>
        <Button size="s" onPress={onCancel}>Cancel</Button>
      </div>
    </div>
  )
}
