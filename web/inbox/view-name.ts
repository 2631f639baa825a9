// What the chosen view is called, above its list.
import { useQuery } from '@tanstack/react-query'
import { peopleQuery } from './cache.ts'
import { statuses, type ViewSearch } from './view.ts'

export function useViewName({ view = 'all', status, tag, q }: ViewSearch): string {
  const people = useQuery(peopleQuery).data
  if (q) return 'Search results'
  if (tag) return `Tagged ${tag}`
  if (status) return statuses.find(({ id }) => id === status)?.label ?? status
  if (view === 'mine') return 'Mine, open and pending'
  if (view === 'unassigned') return 'Unassigned, open and pending'
  if (view.startsWith('team:')) return people?.teams.find(({ id }) => id === view.slice(5))?.name ?? 'Team'
  return 'All, open and pending'
}
