// The tags of a conversation: taken away with a cross, added in a line with those in use to choose from.
import { useQuery } from '@tanstack/react-query'
import { useId, useRef, useState } from 'react'
import { countsQuery } from '../inbox/cache.ts'
import { Icon } from '../shell/icon.tsx'

/** The most characters of a tag. */
const longestTag = 60

interface Props { tags: readonly string[]; onAdd: (tag: string) => void; onRemove: (tag: string) => void }

export function Tags({ tags, onAdd, onRemove }: Props) {
  const id = useId()
  const [adding, setAdding] = useState(false)
  const [text, setText] = useState('')
  const button = useRef<HTMLButtonElement>(null)
  const inUse = useQuery(countsQuery).data?.tags ?? []

  function close(): void {
    setAdding(false)
    setText('')
    requestAnimationFrame(() => button.current?.focus())
  }
  return (
    <div className="tags" role="group" aria-label="Tags">
      {tags.map((tag) => (
        <span className="tag" key={tag}>
          <span className="tag-text" dir="auto">{tag}</span>
          <button type="button" className="tag-off" aria-label={`Remove the tag ${tag}`} onClick={() => onRemove(tag)}><Icon name="close" size={12} /></button>
        </span>
      ))}
      {adding
        ? (
          <form onSubmit={(event) => { event.preventDefault(); const tag = text.trim(); if (tag) onAdd(tag); close() }}>
            <label className="hidden" htmlFor={id}>New tag</label>
            <input className="input tag-input" id={id} list={`${id}-in-use`} autoFocus autoComplete="off" maxLength={longestTag} dir="auto" placeholder="Tag, then Enter" value={text} onChange={(event) => setText(event.target.value)}
              onKeyDown={(event) => { if (event.key === 'Escape') { event.preventDefault(); event.stopPropagation(); close() } }} onBlur={() => { if (!text.trim()) setAdding(false) }} />
            <datalist id={`${id}-in-use`}>{inUse.filter((tag) => !tags.includes(tag)).map((tag) => <option key={tag} value={tag}>{tag}</option>)}</datalist>
          </form>
        )
        : <button type="button" ref={button} className="pick" data-shortcut="tag" onClick={() => setAdding(true)}><Icon name="tag" size={14} />Add a tag</button>}
    </div>
  )
}
