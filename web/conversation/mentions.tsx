// Names after an @ in an internal note: who may be meant, chosen by arrow keys and Enter or by a touch.
import { useQuery } from '@tanstack/react-query'
import { useState, type KeyboardEvent, type RefObject } from 'react'
import './mentions.css'
import { peopleQuery } from '../inbox/cache.ts'

const mostShown = 6
/** the @ and what follows it, up to where one writes: no line break, and not so long that it is no name any more */
const begun = /(?:^|[^\p{L}\p{M}\p{N}_])@([^@\n]{0,40})$/u

const folded = (text: string): string => text.normalize('NFKC').toLocaleLowerCase()

/** What stands after the @ before the cursor; null where nobody is being named. */
export function namedBefore(text: string, cursor: number): string | null {
  return begun.exec(text.slice(0, cursor))?.[1] ?? null
}

interface Props {
  field: RefObject<HTMLTextAreaElement | null>
  text: string
  on: boolean
  onText: (text: string) => void
}

export interface Mentions {
  /** true: the key was for the list */
  onKeyDown: (event: KeyboardEvent) => boolean
  /** where one writes has moved */
  onMove: () => void
  people: readonly { id: string; name: string }[]
  active: number
  choose: (name: string) => void
}

export function useMentions({ field, text, on, onText }: Props): Mentions {
  const { data } = useQuery({ ...peopleQuery, enabled: on })
  const [cursor, setCursor] = useState(0)
  const [active, setActive] = useState(0)
  const [closedAt, setClosedAt] = useState<string | null>(null)
  const named = on ? namedBefore(text, cursor) : null
  const wanted = named === null ? null : folded(named)
  const everybody = data?.people ?? []
  // a name that is whole already needs no list
  const people = wanted === null || wanted === closedAt ? [] : everybody.filter(({ name }) => folded(name) !== wanted.trim() && folded(name).split(/\s+/).some((_, at, words) => words.slice(at).join(' ').startsWith(wanted))).slice(0, mostShown)
  const shown = Math.min(active, Math.max(0, people.length - 1))

  function choose(name: string): void {
    if (named === null) return
    const from = cursor - named.length
    const next = `${text.slice(0, from)}${name} ${text.slice(cursor)}`
    onText(next)
    const at = from + name.length + 1
    setCursor(at)
    setActive(0)
    requestAnimationFrame(() => { field.current?.focus(); field.current?.setSelectionRange(at, at) })
  }
  return {
    people,
    active: shown,
    choose,
    onMove() {
      setCursor(field.current?.selectionStart ?? 0)
      setActive(0)
    },
    onKeyDown(event) {
      if (people.length === 0 || event.nativeEvent.isComposing) return false
      const chosen = people[shown]
      if (event.key === 'ArrowDown') setActive((shown + 1) % people.length)
      else if (event.key === 'ArrowUp') setActive((shown + people.length - 1) % people.length)
      else if ((event.key === 'Enter' || event.key === 'Tab') && !event.ctrlKey && !event.metaKey && !event.shiftKey && chosen) choose(chosen.name)
      else if (event.key === 'Escape') setClosedAt(wanted)
      else return false
      event.preventDefault()
      return true
    },
  }
}

export function MentionList({ id, mentions }: { id: string; mentions: Mentions }) {
  if (mentions.people.length === 0) return null
  return (
    <div className="mentions" id={id} role="listbox" tabIndex={-1} aria-label="Mention">
      {mentions.people.map((one, at) => (
        <div key={one.id} id={`${id}-${at}`} role="option" tabIndex={-1} aria-selected={at === mentions.active} className="mention" onPointerDown={(event) => { event.preventDefault(); mentions.choose(one.name) }}><bdi>{one.name}</bdi></div>
      ))}
    </div>
  )
}
