// One line to add an entry: judged before it is added, taken on Enter, on the button, or when one moves on.
import { useId, useRef, useState, type ClipboardEvent, type FocusEvent, type KeyboardEvent } from 'react'
import type { ListKind } from '#policy/list.ts'
import { Button } from '../controls/button.tsx'
import type { Fault } from '../http/shapes.ts'
import { EntryFault } from './entry-fault.tsx'
import { entriesOf, type Entry } from './entries.ts'
import type { Noun } from './list-editor.tsx'

interface Props { kind: ListKind; noun: Noun; label: string; onAdd: (entries: readonly Entry[]) => void }

export function AddLine({ kind, noun, label, onAdd }: Props) {
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const first = useRef<HTMLInputElement>(null)
  const [value, setValue] = useState('')
  const [note, setNote] = useState('')
  const [fault, setFault] = useState<Fault | null>(null)

  function take(text: string, focus: boolean) {
    const entry: Entry = note.trim() ? { value: text.trim(), note: note.trim() } : { value: text.trim() }
    if (entry.value === '') return
    const read = kind.parse({ state: 'only', entries: [entry] }, label, '')
    if (!read.ok) return setFault(read.faults[0] ?? null)
    onAdd(read.value.entries)
    setValue('')
    setNote('')
    setFault(null)
    if (focus) requestAnimationFrame(() => first.current?.focus())
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== 'Enter') return
    event.preventDefault()
    take(value, true)
  }

  function onPaste(event: ClipboardEvent) {
    const entries = entriesOf(event.clipboardData.getData('text/plain'))
    if (entries.length < 2) return
    event.preventDefault()
    onAdd(entries)
  }

  function onBlur(event: FocusEvent) {
    if (!box.current?.contains(event.relatedTarget)) take(value, false)
  }

  return (
    <div className="add-line" ref={box} onBlur={onBlur} role="group" aria-label={`Add an entry to ${label}`}>
      <input ref={first} className="input mono" aria-label={noun.one} placeholder={kind.example} value={value} autoComplete="off" autoCapitalize="none" spellCheck={false} dir="ltr"
        aria-invalid={fault ? true : undefined} aria-describedby={fault ? `${id}-fault` : undefined} onChange={(event) => { setValue(event.target.value); setFault(null) }} onKeyDown={onKeyDown} onPaste={onPaste} />
      <input className="input" aria-label="Note" placeholder="Note (optional)" value={note} autoComplete="off" maxLength={kind.maxNoteLength} onChange={(event) => setNote(event.target.value)} onKeyDown={onKeyDown} />
      <Button icon="plus" onPress={() => take(value, true)} isDisabled={value.trim() === ''}>Add</Button>
      {fault && <div className="add-fault" role="alert"><EntryFault id={`${id}-fault`} fault={fault} label={label} onOffer={(offer) => take(offer, true)} /></div>}
    </div>
  )
}

/** Takes the focus to the line of a list once it is drawn: for a button that goes away when it has been pressed. */
export function focusAddLine(listId: string): void {
  requestAnimationFrame(() => document.getElementById(listId)?.querySelector<HTMLElement>('.add-line input')?.focus())
}
