// Above the list: the page's name, whether new conversations may come to this person, the search, and the way to the shortcuts.
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useId, useRef, useState } from 'react'
import { Button } from '../controls/button.tsx'
import { useBrand } from '../session/session.ts'
import { Icon } from '../shell/icon.tsx'
import { AvailabilitySwitch } from './availability.tsx'
import { useViewName } from './view-name.ts'
import type { ViewSearch } from './view.ts'

const searchAfterMs = 250

interface Props { search: ViewSearch; viewsOpen: boolean; onViews: () => void; onHelp: () => void }

export function ListHead({ search, viewsOpen, onViews, onHelp }: Props) {
  const brand = useBrand()
  const navigate = useNavigate()
  const id = useId()
  const asked = search.q ?? ''
  const [text, setText] = useState(asked)
  const sent = useRef(asked)
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  const name = useViewName(search)

  // the address changed by another way (Back, a view): the field follows
  useEffect(() => {
    if (asked === sent.current) return
    sent.current = asked
    setText(asked)
  }, [asked])
  useEffect(() => () => { if (timer.current) clearTimeout(timer.current) }, [])

  function ask(next: string): void {
    setText(next)
    if (timer.current) clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      sent.current = next.trim()
      void navigate({ to: '.', search: (before: ViewSearch) => ({ ...before, q: next.trim() || undefined, message: undefined }), replace: asked !== '', params: { brand } } as never)
    }, searchAfterMs)
  }

  return (
    <header className="list-head">
      <div className="list-title">
        <span className="views-button"><Button look="icon" size="s" icon="inbox" aria-label="Views" aria-expanded={viewsOpen} onPress={onViews} /></span>
        <div className="list-names">
          <h1>Inbox</h1>
          <p className="small soft auto-dir">{name}</p>
        </div>
        <AvailabilitySwitch />
        <Button look="icon" size="s" icon="info" aria-label="Keyboard shortcuts" onPress={onHelp} />
      </div>
      <form className="list-search" role="search" onSubmit={(event) => { event.preventDefault(); ask(text) }}>
        <label className="hidden" htmlFor={id}>Search conversations</label>
        <Icon name="search" size={16} />
        <input className="input" type="search" id={id} data-shortcut="search" placeholder="Search" autoComplete="off" maxLength={200} dir="auto" value={text} onChange={(event) => ask(event.target.value)}
          onKeyDown={(event) => { if (event.key === 'Escape') { if (text) ask(''); else event.currentTarget.blur() } }} />
      </form>
    </header>
  )
}
