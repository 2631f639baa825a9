// The entries of a list, each editable in place; the first two hundred, and more on request.
import { memo, useCallback, useState } from 'react'
import { Button } from '../controls/button.tsx'
import { countOf, numberOf } from '../controls/words.ts'
import type { Fault } from '../http/shapes.ts'
import { Icon } from '../shell/icon.tsx'
import { EntryFault } from './entry-fault.tsx'
import { placesOf, type Entry } from './entries.ts'
import type { Noun } from './list-editor.tsx'

const page = 200
const filterFrom = 8

interface Props {
  entries: readonly Entry[]
  faults: ReadonlyMap<number, Fault>
  label: string
  noun: Noun
  disabled: boolean
  onChange: (change: (entries: readonly Entry[]) => readonly Entry[]) => void
}

export function EntryTable({ entries, faults, label, noun, disabled, onChange }: Props) {
  const [filter, setFilter] = useState('')
  const [onlyFaults, setOnlyFaults] = useState(false)
  const [limit, setLimit] = useState(page)
  const among = onlyFaults && faults.size > 0 ? new Set(faults.keys()) : null
  const places = placesOf(entries, filter, among)
  const shown = places.slice(0, limit)

  const edit = useCallback((place: number, entry: Entry) => onChange((all) => all.map((one, index) => (index === place ? entry : one))), [onChange])
  const remove = useCallback((place: number) => onChange((all) => all.filter((_, index) => index !== place)), [onChange])

  if (entries.length === 0) return <p className="list-empty soft">No entry yet. Add the first one above.</p>
  return (
    <div className="entries">
      {(entries.length >= filterFrom || faults.size > 0) && (
        <div className="entries-head">
          <span className="small soft nums">{countOf(entries.length, 'entry', 'entries')}</span>
          {faults.size > 0 && (
            <Button size="s" look="danger" onPress={() => setOnlyFaults(!onlyFaults)}>
              {onlyFaults ? 'Show all' : `${countOf(faults.size, 'needs', 'need')} fixing: show`}
            </Button>
          )}
          {entries.length >= filterFrom && (
            <span className="entries-filter">
              <Icon name="search" size={16} />
              <input className="input" type="search" aria-label={`Find in ${label}`} placeholder="Find" value={filter} onChange={(event) => { setFilter(event.target.value); setLimit(page) }} />
            </span>
          )}
        </div>
      )}
      <ul className="entry-list" aria-label={`${label}: ${noun.many}`}>
        {shown.map((place) => (
          <EntryRow key={place} place={place} entry={entries[place] as Entry} fault={faults.get(place)} label={label} noun={noun} disabled={disabled} onEdit={edit} onRemove={remove} />
        ))}
      </ul>
      {places.length === 0 && <p className="list-empty soft">Nothing here holds “{filter}”.</p>}
      {places.length > limit && (
        <div className="entries-more">
          <span className="small soft nums">The first {numberOf(limit)} of {numberOf(places.length)}</span>
          <Button size="s" onPress={() => setLimit(limit + page * 5)}>Show more</Button>
        </div>
      )}
    </div>
  )
}

interface RowProps { place: number; entry: Entry; fault: Fault | undefined; label: string; noun: Noun; disabled: boolean; onEdit: (place: number, entry: Entry) => void; onRemove: (place: number) => void }

const EntryRow = memo(function EntryRow({ place, entry, fault, label, noun, disabled, onEdit, onRemove }: RowProps) {
  const named = entry.value || `entry ${place + 1}`
  return (
    <li className="entry" data-fault={fault ? true : undefined}>
      <input className="entry-value mono" aria-label={`${noun.one} ${place + 1}`} dir="ltr" disabled={disabled} value={entry.value} spellCheck={false} autoCapitalize="none" autoComplete="off" aria-invalid={fault ? true : undefined}
        onChange={(event) => onEdit(place, withNote(event.target.value, entry.note))} />
      <input className="entry-note" aria-label={`Note for ${named}`} disabled={disabled} value={entry.note ?? ''} placeholder={disabled ? '' : 'Note'} autoComplete="off"
        onChange={(event) => onEdit(place, withNote(entry.value, event.target.value))} />
      {!disabled && <Button look="icon" size="s" icon="trash" aria-label={`Remove ${named}`} onPress={() => onRemove(place)} />}
      {fault && <EntryFault fault={fault} label={label} onOffer={(offer) => onEdit(place, withNote(offer, entry.note))} />}
    </li>
  )
})

const withNote = (value: string, note: string | undefined): Entry => (note ? { value, note } : { value })
