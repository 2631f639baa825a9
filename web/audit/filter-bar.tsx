// The filters of the audit page: who, what, entity, days, or the reference of one refusal.
import { useId, useRef, useState, type FocusEvent, type FormEvent } from 'react'
import { Button } from '../controls/button.tsx'
import type { Filters } from './audit-query.ts'
import { families } from './families.ts'

interface Props { filters: Filters; onChange: (next: Filters) => void; onRefusal: (id: string) => void }

export function FilterBar({ filters, onChange, onRefusal }: Props) {
  const id = useId()
  const [who, setWho] = useState(filters.who ?? '')
  const [entity, setEntity] = useState(filters.entity ?? '')
  const [before, setBefore] = useState(filters.before ?? '')
  const [after, setAfter] = useState(filters.after ?? '')
  const [reference, setReference] = useState('')
  const main = useRef<HTMLFormElement>(null)
  const edited = useRef('')
  const any = Object.values(filters).some(Boolean)

  const typed: Filters = { ...filters, who: who.trim(), entity: entity.trim(), before: before.trim(), after: after.trim() }

  function submit(event: FormEvent) {
    event.preventDefault()
    // the button goes once all is applied: the focus stays where one typed
    document.getElementById(edited.current)?.focus()
    onChange(typed)
  }

  function find(event: FormEvent) {
    event.preventDefault()
    if (reference.trim()) onRefusal(reference.trim())
  }

  const differs = (['who', 'entity', 'before', 'after'] as const).some((name) => typed[name] !== (filters[name] ?? ''))
  function commit(event: FocusEvent) {
    edited.current = event.target.id
    // on the way to the button, which applies it itself
    if (event.relatedTarget instanceof HTMLButtonElement && main.current?.contains(event.relatedTarget)) return
    if (differs) onChange(typed)
  }
  return (
    <div className="filters">
      <form className="filters-main" ref={main} onSubmit={submit} role="search" aria-label="Filter the audit trail">
        <span className="filter">
          <label htmlFor={`${id}-what`}>What</label>
          <select className="input" id={`${id}-what`} value={filters.what ?? ''} onChange={(event) => onChange({ ...filters, what: event.target.value })}>
            <option value="">Everything</option>
            {families.map((one) => <optgroup key={one.group} label={one.group}>{one.families.map(({ value, label }) => <option key={value} value={value}>{label}</option>)}</optgroup>)}
          </select>
        </span>
        <span className="filter">
          <label htmlFor={`${id}-who`}>Who</label>
          <input className="input" id={`${id}-who`} value={who} placeholder="Name or email" autoComplete="off" onChange={(event) => setWho(event.target.value)} onBlur={commit} />
        </span>
        <span className="filter" data-entity>
          <label htmlFor={`${id}-entity`}>Entity</label>
          <input className="input" id={`${id}-entity`} value={entity} placeholder="Setting key or id" autoComplete="off" autoCapitalize="none" spellCheck={false} onChange={(event) => setEntity(event.target.value)} onBlur={commit} />
        </span>
        <span className="filter" data-day>
          <label htmlFor={`${id}-from`}>From</label>
          <input className="input" type="date" id={`${id}-from`} value={filters.from ?? ''} max={filters.to} onChange={(event) => onChange({ ...filters, from: event.target.value })} />
        </span>
        <span className="filter" data-day>
          <label htmlFor={`${id}-to`}>To</label>
          <input className="input" type="date" id={`${id}-to`} value={filters.to ?? ''} min={filters.from} onChange={(event) => onChange({ ...filters, to: event.target.value })} />
        </span>
        <span className="filter">
          <label htmlFor={`${id}-before`}>Before</label>
          <input className="input" id={`${id}-before`} value={before} placeholder="Old value has" autoComplete="off" onChange={(event) => setBefore(event.target.value)} onBlur={commit} />
        </span>
        <span className="filter">
          <label htmlFor={`${id}-after`}>After</label>
          <input className="input" id={`${id}-after`} value={after} placeholder="New value has" autoComplete="off" onChange={(event) => setAfter(event.target.value)} onBlur={commit} />
        </span>
        {differs && <Button type="submit" look="main">Filter</Button>}
        {any && <Button look="quiet" onPress={() => { setWho(''); setEntity(''); setBefore(''); setAfter(''); onChange({}) }}>Clear</Button>}
      </form>
      <form className="filters-id" onSubmit={find}>
        <span className="filter">
          <label htmlFor={`${id}-ref`}>Reference of a refusal</label>
          <span className="row" style={{ flexWrap: 'nowrap' }}>
            <input className="input mono" id={`${id}-ref`} value={reference} autoComplete="off" autoCapitalize="none" spellCheck={false} onChange={(event) => setReference(event.target.value)} />
            <Button type="submit" icon="search" isDisabled={!reference.trim()}>Find</Button>
          </span>
        </span>
      </form>
    </div>
  )
}
