// What the page remembers of the inbox: the queries, and how news and answers are put into them.
import { infiniteQueryOptions, queryOptions, type InfiniteData, type QueryClient } from '@tanstack/react-query'
import { call } from '../http/api.ts'
import { leavesGap, mergeMessages, openedAgain, withChanges } from './merging.ts'
import type { InboxPage, Message, Opened, People, SearchPage, Summary } from './shapes.ts'
import { fits, viewOf } from './view.ts'

type List = InfiniteData<InboxPage, string | null>

/** What arrived lately: an answer that was under way meanwhile may be older. */
const lately = new Map<string, Summary>()
const latelySaid = new Map<string, Message[]>()
const latelyKept = 300

/** One list of conversations; `query` as listQuery writes it, `me` decides what is mine. */
export const listOptions = (query: string, me: string) => infiniteQueryOptions({
  queryKey: ['inbox', 'list', query, me] as const,
  queryFn: async ({ pageParam, signal }) => {
    const page = await call<InboxPage>('GET', `/inbox?${query}${pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : ''}`, { signal })
    return withChanges([page], [...lately.values()].filter(({ feed }) => feed > page.feed), (one) => fits(one, viewOf(query), me) && !pageParam)[0]!
  },
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.next,
  staleTime: 0,
})

export const searchOptions = (words: string) => infiniteQueryOptions({
  queryKey: ['inbox', 'search', words] as const,
  queryFn: ({ pageParam, signal }) => call<SearchPage>('GET', `/inbox/search?q=${encodeURIComponent(words)}${pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : ''}`, { signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.next,
})

/** The counts beside the views, and the tags in use where the server tells them. */
export const countsQuery = queryOptions({
  queryKey: ['inbox', 'counts'],
  queryFn: async () => {
    const { counts, tags } = await call<InboxPage>('GET', '/inbox?view=mine')
    return { counts, tags }
  },
  staleTime: 5000,
})

export const peopleQuery = queryOptions({ queryKey: ['inbox', 'people'], queryFn: () => call<People>('GET', '/inbox/people'), staleTime: 30_000 })

export const conversationOptions = (client: QueryClient, id: string) => queryOptions({
  queryKey: ['conversation', id] as const,
  queryFn: async ({ signal }) => {
    const now = await call<Opened>('GET', `/conversations/${encodeURIComponent(id)}`, { signal })
    const opened = openedAgain(client.getQueryData<Opened>(['conversation', id]), now)
    const said = (latelySaid.get(id) ?? []).filter(({ seq }) => seq >= (opened.messages[0]?.seq ?? 0))
    return { ...opened, messages: mergeMessages(opened.messages, said) }
  },
  staleTime: 0,
})

/** Puts changed conversations into every list and open conversation. */
export function putSummaries(client: QueryClient, changed: readonly Summary[]): void {
  for (const one of changed) {
    lately.delete(one.id)
    lately.set(one.id, one)
  }
  for (const id of [...lately.keys()].slice(0, Math.max(0, lately.size - latelyKept))) lately.delete(id)
  for (const query of client.getQueryCache().findAll({ queryKey: ['inbox', 'list'] })) {
    const [, , text, me] = query.queryKey as [string, string, string, string]
    client.setQueryData<List>(query.queryKey, (before) => before && { ...before, pages: withChanges(before.pages, changed, (one) => fits(one, viewOf(text), me)) })
  }
  for (const one of changed) {
    let other = false
    client.setQueryData<Opened>(['conversation', one.id], (before) => {
      if (!before || before.conversation.feed > one.feed) return before
      other = before.conversation.held !== one.held || before.conversation.customer.name !== one.customer.name || before.conversation.customer.erased !== one.customer.erased || before.conversation.customer.verifiedBy !== one.customer.verifiedBy
      return { ...before, conversation: { ...before.conversation, ...one, readSeq: Math.max(one.readSeq, before.conversation.readSeq) } }
    })
    if (other) void client.invalidateQueries({ queryKey: ['conversation', one.id] })
  }
}

/** Puts messages into a conversation that was opened; asks for it again when some between are not there. */
export function putMessages(client: QueryClient, conversation: string, messages: readonly Message[]): void {
  latelySaid.set(conversation, mergeMessages(latelySaid.get(conversation) ?? [], messages).slice(-latelyKept))
  const before = client.getQueryData<Opened>(['conversation', conversation])
  if (!before) return
  const oldest = before.messages[0]?.seq ?? 0
  client.setQueryData<Opened>(['conversation', conversation], { ...before, messages: mergeMessages(before.messages, messages.filter(({ seq }) => !before.more || seq >= oldest)) })
  if (leavesGap(before.messages, messages)) void client.invalidateQueries({ queryKey: ['conversation', conversation] })
}

/** Says in every list how far this person has read. */
export function putRead(client: QueryClient, conversation: string, seq: number): void {
  const read = <S extends Summary>(one: S): S => (one.id === conversation && one.readSeq < seq ? { ...one, readSeq: seq } : one)
  client.setQueriesData<List>({ queryKey: ['inbox', 'list'] }, (before) => before && { ...before, pages: before.pages.map((page) => ({ ...page, conversations: page.conversations.map(read) })) })
  client.setQueryData<Opened>(['conversation', conversation], (before) => before && { ...before, conversation: read(before.conversation) })
}

/** Nothing that one person saw stays for the next. */
export function forgetLately(): void {
  lately.clear()
  latelySaid.clear()
}
