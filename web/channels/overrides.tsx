// The settings of a channel: each inherited or its own, under the tabs of the module, saved together after a review.
import { useRouterState } from '@tanstack/react-router'
import { useEffect } from 'react'
import { problemOf } from '../http/problem.ts'
import type { ChannelPolicyState } from '../http/shapes.ts'
import { Failed } from '../shell/page.tsx'
import { DraftProvider } from '../settings/draft.ts'
import type { Editing } from '../settings/editing.ts'
import { faultsOf } from '../settings/judge.ts'
import { LeaveGuard } from '../settings/leave-guard.tsx'
import { SaveBar } from '../settings/save-bar.tsx'
import type { Channel } from './channel.ts'
import { useChannelEditing } from './channel-editing.ts'
import { Unseen } from '../settings/unseen.tsx'
import { OverrideRow } from './override-row.tsx'

/** Leaving this page always asks: no other shares its draft. */
const nowhere = /^$/

/** What means nothing in a channel of this kind: a chat alone stands on a site and knows people by tickets; a program brings no files of customers. */
const nothingIn: Readonly<Record<Channel['kind'], RegExp | null>> = { chat: null, email: /^(?:channel\.site_origins$|ticket\.)/, api: /^(?:channel\.site_origins$|ticket\.|upload\.customer\.)/ }

export function Overrides({ channelId, kind }: { channelId: string; kind: Channel['kind'] }) {
  const { editing, unseen, error, retry } = useChannelEditing(channelId)
  if (unseen) return <Unseen />
  if (error !== null && !editing) return <Failed problem={problemOf(error)} onAgain={retry} />
  if (!editing) return <div className="pulse" style={{ blockSize: '12rem' }} role="status" aria-label="Loading" />
  return <DraftProvider value={editing.place.box}><Body editing={editing} kind={kind} /></DraftProvider>
}

function show(key: string): void {
  const place = document.getElementById(key)
  place?.scrollIntoView({ block: 'center' })
  place?.focus({ preventScroll: true })
}

function Body({ editing, kind }: { editing: Editing<ChannelPolicyState>; kind: Channel['kind'] }) {
  const { state, draft, judgement, faults, place } = editing
  const hash = useRouterState({ select: (router) => router.location.hash })
  useEffect(() => { if (hash) show(hash) }, [hash])
  // where a chat may open comes first: without it nothing else matters
  const sorted = [...state.tabs].sort((a, b) => Number(b.id === 'channels') - Number(a.id === 'channels'))
  // a value that stands there all the same is never hidden
  const means = (key: string): boolean => nothingIn[kind]?.test(key) !== true || (state.settings[key]?.own ?? null) !== null
  const tabs = sorted.map((tab) => ({ ...tab, keys: tab.keys.filter(means) })).filter(({ keys }) => keys.length > 0)
  return (
    <>
      <div>
        <h2 id="settings">Settings of this channel</h2>
        <p className="soft">Each comes from Privacy &amp; Security unless the channel has a value of its own.</p>
      </div>
      {tabs.map((tab) => (
        <section key={tab.id} className="card" aria-labelledby={`tab-${tab.id}`}>
          <h3 className="channel-tab" id={`tab-${tab.id}`}>{tab.id === 'channels' ? 'Sites' : tab.title}</h3>
          {tab.keys.map((key) => {
            const setting = state.settings[key]
            if (!setting) return null
            const saved = setting.own?.value ?? null
            return <OverrideRow key={key} settingKey={key} state={setting} input={key in draft.inputs ? draft.inputs[key] : saved} base={draft.bases[key]} changed={judgement.changed.includes(key)} faults={faultsOf(faults, key)} address={state.address} channelId={place.channel ?? ''} />
          })}
        </section>
      ))}
      <SaveBar editing={editing} onFault={show} />
      <LeaveGuard changes={judgement.changed.length} within={nowhere} />
    </>
  )
}
