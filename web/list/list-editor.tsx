// The editor of every list setting: its state in words, one line to add, the entries, and many at once by pasting.
import { useCallback, useMemo, useRef, useState } from 'react'
import type { ListKind } from '#policy/list.ts'
import './list.css'
import { Button } from '../controls/button.tsx'
import { Radios } from '../controls/ticks.tsx'
import { countOf } from '../controls/words.ts'
import type { Fault } from '../http/shapes.ts'
import { announce } from '../shell/announce.ts'
import type { WidgetProps } from '../kinds/widget.ts'
import { AddLine, focusAddLine } from './add-line.tsx'
import { asList, type Entry } from './entries.ts'
import { EntryTable } from './entry-table.tsx'
import { PasteMany } from './paste-many.tsx'

export interface Noun { one: string; many: string }

export function ListEditor({ id, kind, label, input, onInput, faults, disabled, describedBy, settingKey, noun }: WidgetProps<ListKind> & { noun: Noun }) {
  const list = asList(input)
  const [pasting, setPasting] = useState(false)
  const latest = useRef({ list, onInput })
  latest.current = { list, onInput }
  const byPlace = useMemo(() => faultsByPlace(faults, settingKey), [faults, settingKey])

  const setEntries = useCallback((change: (entries: readonly Entry[]) => readonly Entry[]) => {
    const { list: now, onInput: tell } = latest.current
    tell({ state: now.state, entries: change(now.entries) })
  }, [])

  function add(entries: readonly Entry[]) {
    // who adds the first entry means to use the list
    const state = list.entries.length === 0 && list.state === 'any' && kind.states.includes('only') ? 'only' : list.state
    onInput({ state, entries: [...entries, ...list.entries] })
    announce(`${countOf(entries.length, 'entry', 'entries')} added.`)
  }

  const options = kind.states.map((state) => ({ value: state, label: stateWords(kind, state) }))
  const idle = list.state !== 'only' && list.entries.length > 0
  return (
    <div className="list" id={id}>
      <Radios aria-label={label} aria-describedby={describedBy || undefined} value={list.state} isDisabled={disabled} onChange={(state) => onInput({ state, entries: list.entries })} options={options} />
      {(list.state === 'only' || list.entries.length > 0) && (
        <div className="list-body" data-idle={idle || undefined}>
          {idle && <p className="small soft">Kept for when the list is switched on again; not in force now.</p>}
          {!disabled && (
            <div className="list-tools">
              <AddLine kind={kind} noun={noun} label={label} onAdd={add} />
              <Button size="s" onPress={() => setPasting(!pasting)} aria-expanded={pasting}>Paste many</Button>
            </div>
          )}
          {pasting && !disabled && <PasteMany noun={noun} example={kind.example} onAdd={(entries) => { add(entries); setPasting(false); focusAddLine(id) }} onCancel={() => setPasting(false)} />}
          <EntryTable entries={list.entries} faults={byPlace} label={label} noun={noun} disabled={disabled} onChange={setEntries} />
        </div>
      )}
    </div>
  )
}

function stateWords(kind: ListKind, state: string): string {
  if (state === 'any') return kind.anyMeans ?? 'Anyone'
  if (state === 'none') return kind.noneMeans ?? 'No one'
  return kind.onlyMeans
}

/** `key/entries/3` and `key/entries/3/note` belong to the fourth entry. */
function faultsByPlace(faults: readonly Fault[], key: string): ReadonlyMap<number, Fault> {
  const found = new Map<number, Fault>()
  const start = `${key}/entries/`
  for (const fault of faults) {
    if (!fault.path.startsWith(start)) continue
    const place = Number.parseInt(fault.path.slice(start.length), 10)
    if (!found.has(place)) found.set(place, fault)
  }
  return found
}
