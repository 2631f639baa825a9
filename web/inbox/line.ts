// The inbox at the live line: news go into what the page remembers, and after a cut the line goes on from the last feed.
import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { hearInbox, lostSince, sayLive, watchLine, type InboxNews } from '../session/live.ts'
import { announce } from '../shell/announce.ts'
import { forgetLately, putMessages, putSummaries } from './cache.ts'
import type { InboxPage, Opened, Summary } from './shapes.ts'
import { heardFrom, heardTyping, heardViewers } from './company.ts'

const barAfterMs = 3000
const countsEveryMs = 5000
const lackMs = 1000
const spokenLength = 200

/** Follows the inbox for as long as the caller is on screen. `watching`: the open conversation. */
export function useInboxLine(me: string, watching: string | null): void {
  const client = useQueryClient()
  const watched = useRef(watching)
  watched.current = watching

  useEffect(() => {
    let feed: number | null = null
    let countsTimer: ReturnType<typeof setTimeout> | null = null
    let lackTimer: ReturnType<typeof setTimeout> | null = null
    const seen = new Map<string, string>()

    function askCounts(): void {
      countsTimer ??= setTimeout(() => {
        countsTimer = null
        void client.invalidateQueries({ queryKey: ['inbox', 'counts'] })
      }, countsEveryMs)
    }
    function onChanged(changed: readonly Summary[]): void {
      putSummaries(client, changed)
      for (const one of changed) {
        const place = `${one.status} ${one.assignee?.id ?? ''} ${one.team?.id ?? ''}`
        if (seen.get(one.id) !== place) askCounts()
        seen.set(one.id, place)
        if (one.id === watched.current && lacks(client, one)) lackTimer ??= setTimeout(() => {
          lackTimer = null
          if (lacks(client, one)) void client.invalidateQueries({ queryKey: ['conversation', one.id] })
        }, lackMs)
      }
    }
    function hear(news: InboxNews): void {
      if (news.type === 'hello') {
        sayLive({ type: 'resume', feed: feed ?? oldestFeed(client), watching: watched.current })
        feed ??= news.feed ?? null
        return
      }
      if (news.type === 'typing') return heardTyping(news.conversation, news.by)
      if (news.type === 'viewers') return heardViewers(news.conversation, news.people.filter(({ id }) => id !== me))
      if (news.type === 'presence') return void client.invalidateQueries({ queryKey: ['inbox', 'people'] })
      feed = Math.max(feed ?? 0, news.feed)
      if (news.type === 'messages') {
        speak(client, news, me, watched.current)
        putMessages(client, news.conversation, news.messages)
        for (const { author } of news.messages) heardFrom(news.conversation, author.id)
      } else if (news.many) {
        void client.invalidateQueries({ queryKey: ['inbox', 'list'] })
        askCounts()
      } else onChanged(news.changed ?? [])
    }
    const stop = hearInbox(hear)
    return () => {
      stop()
      if (countsTimer) clearTimeout(countsTimer)
      if (lackTimer) clearTimeout(lackTimer)
      sayLive({ type: 'watch', conversation: null })
      forgetLately()
    }
  }, [client, me])

  useEffect(() => sayLive({ type: 'watch', conversation: watching }), [watching])
}

/** The row knows of a later message than the open conversation shows. */
function lacks(client: QueryClient, one: Summary): boolean {
  const opened = client.getQueryData<Opened>(['conversation', one.id])
  return opened !== undefined && (opened.messages.at(-1)?.seq ?? 0) < one.lastSeq
}

function oldestFeed(client: QueryClient): number | null {
  const feeds = client.getQueriesData<{ pages: InboxPage[] }>({ queryKey: ['inbox', 'list'] }).flatMap(([, data]) => (data?.pages[0] ? [data.pages[0].feed] : []))
  return feeds.length === 0 ? null : Math.min(...feeds)
}

/** New words of others in the open conversation are said to a screen reader, politely. */
function speak(client: QueryClient, { conversation, messages }: InboxNews & { type: 'messages' }, me: string, open: string | null): void {
  if (conversation !== open) return
  const last = client.getQueryData<Opened>(['conversation', conversation])?.messages.at(-1)?.seq
  if (last === undefined) return
  for (const { seq, author, kind, text, redacted } of messages) {
    if (seq <= last || author.id === me || redacted || kind === 'event') continue
    announce(`${kind === 'note' ? 'Note of' : 'New message from'} ${author.name}: ${text.slice(0, spokenLength)}`)
  }
}

/** True when the line has been down for three seconds: short cuts are nobody's business. */
export function useReconnecting(): boolean {
  const since = useSyncExternalStore(watchLine, lostSince)
  const [late, setLate] = useState(false)
  useEffect(() => {
    if (since === null) return setLate(false)
    const timer = setTimeout(() => setLate(true), Math.max(0, since + barAfterMs - Date.now()))
    return () => clearTimeout(timer)
  }, [since])
  return late
}
