// Which conversations a list shows: read from the page's address, asked of the server, and judged again for every change that arrives.
import type { Status, Summary } from './shapes.ts'

/** Text as it stands in the address; what is missing is the default. */
export interface ViewSearch {
  view?: string
  status?: string
  tag?: string
  channel?: string
  q?: string
  message?: string
}

export const statuses: readonly { id: Status; label: string }[] = [
  { id: 'open', label: 'Open' },
  { id: 'pending', label: 'Pending' },
  { id: 'solved', label: 'Solved' },
  { id: 'archived', label: 'Archived' },
]

const names = ['view', 'status', 'tag', 'channel', 'q', 'message'] as const

/** Keeps what this page knows of an address; an unknown view or status is left out. */
export function readView(search: Record<string, unknown>): ViewSearch {
  const read: ViewSearch = {}
  for (const name of names) {
    const value = search[name]
    if (typeof value === 'string' && value !== '') read[name] = value
  }
  if (read.view && !/^(mine|unassigned|all|team:.+)$/.test(read.view)) delete read.view
  if (read.status && !statuses.some(({ id }) => id === read.status)) delete read.status
  return read
}

/** The query string of GET /inbox for a view, without a cursor: the same view always gives the same text. */
export function listQuery({ view = 'all', status, tag, channel }: ViewSearch): string {
  const query = new URLSearchParams({ view })
  if (status) query.set('status', status)
  if (tag) query.set('tag', tag)
  if (channel) query.set('channel', channel)
  return query.toString()
}

/** The view back from its query string. */
export const viewOf = (query: string): ViewSearch => readView(Object.fromEntries(new URLSearchParams(query)))

/** Whether a conversation, as it is now, stands in a view. Tags are compared as the server does: without regard to case. */
export function fits(conversation: Summary, { view = 'all', status, tag, channel }: ViewSearch, me: string): boolean {
  if (view === 'mine' && conversation.assignee?.id !== me) return false
  if (view === 'unassigned' && conversation.assignee) return false
  if (view.startsWith('team:') && conversation.team?.id !== view.slice(5)) return false
  if (status ? conversation.status !== status : conversation.status !== 'open' && conversation.status !== 'pending') return false
  if (tag && !conversation.tags.some((one) => folded(one) === folded(tag))) return false
  return !channel || conversation.channel.id === channel
}

const folded = (text: string): string => text.normalize('NFKC').toLowerCase()
