// What was said, the oldest first: days apart, earlier pages when one scrolls up, and a word when something new came below.
import { useQueryClient } from '@tanstack/react-query'
import { Fragment, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { Button } from '../controls/button.tsx'
import { countOf } from '../controls/words.ts'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import { putRead } from '../inbox/cache.ts'
import { useCompany } from '../inbox/company.ts'
import type { Unsent } from '../inbox/drafts.ts'
import { mergeMessages } from '../inbox/merging.ts'
import type { Message, Opened } from '../inbox/shapes.ts'
import { useNow } from '../inbox/use-now.ts'
import { dayName, sameDay } from '../inbox/words.ts'
import { toast } from '../shell/announce.ts'
import { Icon } from '../shell/icon.tsx'
import { useSession } from '../session/session.ts'
import { EventLine, MessageView, UnsentView } from './message.tsx'

const nearPx = 60
const earlierPx = 200
const groupMs = 5 * 60_000
/** so many earlier pages are looked through for a message that a search found */
const pagesLookedThrough = 40

interface Props { opened: Opened; unsent: readonly Unsent[]; wanted: string | undefined; onAgain: (message: Unsent) => void; onGiveUp: (message: Unsent) => void }

export function Timeline({ opened, unsent, wanted, onAgain, onGiveUp }: Props) {
  const now = useNow() + useSession().skew
  const { conversation, messages, more } = opened
  const { typing } = useCompany(conversation.id)
  const frame = useRef<HTMLDivElement>(null)
  const atEnd = useRef(true)
  const heightBefore = useRef<number | null>(null)
  const [missed, setMissed] = useState(0)
  const earlier = useEarlier(opened, () => { heightBefore.current = frame.current?.scrollHeight ?? null })
  const last = messages.at(-1)
  const lastSeq = last?.seq ?? 0
  const seenSeq = useRef(lastSeq)
  const markRead = useMarkRead(opened)
  const pending = unsent.filter((one) => !messages.some((message) => message.clientId === one.id))

  const toEnd = useCallback(() => {
    const area = frame.current
    if (area) area.scrollTop = area.scrollHeight
    atEnd.current = true
    setMissed(0)
  }, [])

  // keeps the reader's place: at the end where they were at the end, else where they were
  useLayoutEffect(() => {
    const area = frame.current
    if (!area) return
    if (heightBefore.current !== null) {
      area.scrollTop += area.scrollHeight - heightBefore.current
      heightBefore.current = null
    } else if (atEnd.current) area.scrollTop = area.scrollHeight
  }, [messages, pending.length, typing.length])

  useEffect(() => {
    if (lastSeq > seenSeq.current && !atEnd.current) setMissed((before) => before + messages.filter(({ seq, kind }) => seq > seenSeq.current && kind !== 'event').length)
    seenSeq.current = lastSeq
    if (atEnd.current) markRead()
  }, [lastSeq, messages, markRead])
  useEffect(() => { if (pending.length > 0) toEnd() }, [pending.length, toEnd])
  useEffect(() => {
    const look = () => { if (atEnd.current) markRead() }
    addEventListener('focus', look)
    document.addEventListener('visibilitychange', look)
    return () => {
      removeEventListener('focus', look)
      document.removeEventListener('visibilitychange', look)
    }
  }, [markRead])

  // what a search found is brought into view once
  const shown = useRef<string | null>(null)
  const pages = useRef(0)
  useEffect(() => {
    if (!wanted || shown.current === wanted) return
    const found = frame.current?.querySelector<HTMLElement>(`[data-message="${CSS.escape(wanted)}"]`)
    if (found) {
      shown.current = wanted
      atEnd.current = false
      found.scrollIntoView({ block: 'center' })
      found.dataset.wanted = ''
    } else if (more && !earlier.busy && pages.current < pagesLookedThrough) {
      pages.current += 1
      void earlier.load()
    }
  }, [wanted, messages, more, earlier])

  return (
    <div className="timeline-frame">
      <div className="timeline" ref={frame} tabIndex={0} role="log" aria-live="off" aria-label="Messages" onScroll={({ currentTarget: area }) => {
        atEnd.current = area.scrollHeight - area.scrollTop - area.clientHeight < nearPx
        if (atEnd.current) {
          if (missed) setMissed(0)
          markRead()
        }
        if (area.scrollTop < earlierPx && more && !earlier.busy && !earlier.failed) void earlier.load()
      }}>
        {more && <p className="timeline-more"><Button size="s" look="quiet" pending={earlier.busy} onPress={() => void earlier.load()}>{earlier.busy ? 'Loading…' : 'Show earlier messages'}</Button></p>}
        {messages.map((message, place) => {
          const before = messages[place - 1]
          const newDay = !before || !sameDay(before.at, message.at)
          return (
            <Fragment key={message.id}>
              {newDay && <p className="timeline-day small"><span>{dayName(message.at, now)}</span></p>}
              {message.kind === 'event' ? <EventLine message={message} /> : <MessageView opened={opened} message={message} follows={!newDay && follows(before, message)} />}
            </Fragment>
          )
        })}
        {pending.map((one) => <UnsentView key={one.id} message={one} onAgain={() => onAgain(one)} onGiveUp={() => onGiveUp(one)} />)}
        <p className="timeline-typing small soft" aria-live="off">{typing.length > 0 && <><span className="dots" aria-hidden="true"><i /><i /><i /></span><bdi>{typing.map(({ name }) => name || 'The customer').join(', ')}</bdi> {typing.length === 1 ? 'is' : 'are'} writing…</>}</p>
      </div>
      {missed > 0 && <button type="button" className="timeline-pill" onClick={toEnd}><Icon name="down" size={14} />{countOf(missed, 'new message')}</button>}
    </div>
  )
}

const follows = (before: Message | undefined, { author, kind, at }: Message): boolean =>
  before !== undefined && before.kind === kind && before.author.kind === author.kind && before.author.id === author.id && at - before.at < groupMs

/** Loads the page before the earliest message; `willGrow` is told right before the page grows at its top. */
function useEarlier({ conversation: { id }, messages }: Opened, willGrow: () => void): { busy: boolean; failed: boolean; load: () => Promise<void> } {
  const client = useQueryClient()
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState(false)
  const under = useRef(false)
  const seq = messages[0]?.seq
  return {
    busy,
    failed,
    load: async () => {
      if (under.current || seq === undefined) return
      under.current = true
      setBusy(true)
      try {
        const page = await call<{ messages: Message[]; more: boolean }>('GET', `/conversations/${encodeURIComponent(id)}/messages?before=${seq}`)
        willGrow()
        client.setQueryData<Opened>(['conversation', id], (before) => before && { ...before, messages: mergeMessages(before.messages, page.messages), more: page.more })
        setFailed(false)
      } catch (error) {
        setFailed(true)
        toast(problemOf(error).detail)
      } finally {
        under.current = false
        setBusy(false)
      }
    },
  }
}

/** Tells the server how far was read, when the end is in sight and the window has the focus. It is no input: it keeps no session alive. */
function useMarkRead({ conversation: { id, readSeq }, messages }: Opened): () => void {
  const client = useQueryClient()
  const told = useRef(0)
  const seq = messages.at(-1)?.seq ?? 0
  return useCallback(() => {
    if (seq <= readSeq || seq <= told.current || document.visibilityState !== 'visible' || !document.hasFocus()) return
    told.current = seq
    putRead(client, id, seq)
    call('PUT', `/conversations/${encodeURIComponent(id)}/read`, { body: { seq } }).catch(() => { told.current = 0 })
  }, [client, id, seq, readSeq])
}
