// Privacy & Security: every tab and every setting in it, found by name or by address, saved together.
import { Link, useRouterState } from '@tanstack/react-router'
import { memo, useEffect, useState } from 'react'
import { Button } from '../controls/button.tsx'
import { problemOf } from '../http/problem.ts'
import { useBrand } from '../session/session.ts'
import { Icon } from '../shell/icon.tsx'
import { Failed, Page, Waiting } from '../shell/page.tsx'
import { useEditing, type Editing } from './editing.ts'
import { declaredOf } from './printed.ts'
import { LeaveGuard } from './leave-guard.tsx'
import { SaveBar } from './save-bar.tsx'
import { Unseen } from './unseen.tsx'
import { Section } from './section.tsx'

/** This tab has a page of its own. */
export const twoFactorTab = 'two-factor'

export function Privacy() {
  const brand = useBrand()
  const { editing, unseen, error, retry } = useEditing()
  return (
    <Page title="Privacy & Security" settingsOf={brand} width="m" lead="What holds for everyone who works here, and for what they send and keep.">
      {error !== null && !editing && <Failed problem={problemOf(error)} onAgain={retry} />}
      {unseen && <Unseen />}
      {!editing && !unseen && error === null && <Waiting />}
      {editing && <Sections editing={editing} brand={brand} />}
    </Page>
  )
}

function Sections({ editing, brand }: { editing: Editing; brand: string }) {
  const tabs = editing.state.tabs.filter(({ id }) => id !== twoFactorTab)
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set())
  const [find, setFind] = useState('')
  const hash = useRouterState({ select: (state) => state.location.hash })

  useEffect(() => {
    if (!hash) return
    const tab = tabs.find(({ id, keys }) => id === hash || keys.includes(hash))
    if (!tab) return
    setOpen((old) => new Set(old).add(tab.id))
    const timer = setTimeout(() => {
      const place = document.getElementById(hash)
      place?.scrollIntoView({ block: hash === tab.id ? 'start' : 'center' })
      if (hash !== tab.id) place?.focus({ preventScroll: true })
    }, 60)
    return () => clearTimeout(timer)
    // a fragment is followed when it changes, not each time the policy is read again
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [hash])

  function toggle(id: string, show: boolean) {
    const next = new Set(open)
    if (show) next.add(id)
    else next.delete(id)
    setOpen(next)
    if (show) history.replaceState(history.state, '', `#${id}`)
  }

  function showFault(key: string) {
    const tab = tabs.find(({ keys }) => keys.includes(key))
    if (tab) setOpen(new Set(open).add(tab.id))
    setFind('')
    setTimeout(() => {
      const place = document.getElementById(key)
      place?.scrollIntoView({ block: 'center' })
      place?.focus({ preventScroll: true })
    }, 60)
  }

  const found = tabs.map((tab) => ({ tab, keys: tab.keys.filter((key) => matches(key, find)) })).filter(({ keys }) => keys.length > 0)
  const searching = find.trim() !== ''
  const all = tabs.every(({ id }) => open.has(id))
  return (
    <>
      <div className="setting-tools">
        <label className="setting-find">
          <Icon name="search" size={18} />
          <span className="hidden">Find a setting</span>
          <input className="input" type="search" placeholder="Find a setting" value={find} onChange={(event) => setFind(event.target.value)} />
        </label>
        <Button look="quiet" onPress={() => setOpen(all ? new Set() : new Set(tabs.map(({ id }) => id)))}>{all ? 'Close all' : 'Open all'}</Button>
      </div>
      <div className="sections">
        {found.map(({ tab, keys }) => (
          <Section key={tab.id} tab={tab} keys={keys} editing={editing} open={searching || open.has(tab.id)} onToggle={(show) => toggle(tab.id, show)} />
        ))}
        {found.length === 0 && <p className="empty card">No setting here is called “{find}”.</p>}
      </div>
      <ElsewhereNote brand={brand} />
      <SaveBar editing={editing} onFault={showFault} />
      <LeaveGuard changes={editing.judgement.changed.length} />
    </>
  )
}

function matches(key: string, text: string): boolean {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return true
  const setting = declaredOf(key)
  return `${key} ${setting?.label ?? ''} ${setting?.help ?? ''}`.toLowerCase().includes(wanted)
}

const ElsewhereNote = memo(function ElsewhereNote({ brand }: { brand: string }) {
  return <p className="soft">When a code is asked at sign-in is set in the <Link to="/b/$brand/settings/two-factor" params={{ brand }}>Two-factor module</Link>.</p>
})
