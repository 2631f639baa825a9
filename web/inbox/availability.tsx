// Available or away: says to the team, and to customers at the door, whether this person answers now.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Toggle } from '../controls/ticks.tsx'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import { useSession } from '../session/session.ts'
import { toast } from '../shell/announce.ts'
import { peopleQuery } from './cache.ts'
import type { Availability, People } from './shapes.ts'

export function AvailabilitySwitch() {
  const { agent } = useSession()
  const client = useQueryClient()
  const { data } = useQuery(peopleQuery)
  const own = data?.people.find(({ id }) => id === agent.id)
  const turn = useMutation({
    mutationFn: (state: Availability) => call('PUT', '/account/availability', { body: { state } }),
    onMutate: (state) => client.setQueryData<People>(peopleQuery.queryKey, (before) => before && { ...before, people: before.people.map((one) => (one.id === agent.id ? { ...one, availability: state } : one)) }),
    onError: (error) => toast(problemOf(error).detail),
    onSettled: () => client.invalidateQueries({ queryKey: peopleQuery.queryKey }),
  })
  if (!own) return null
  return (
    <span className="availability small">
      <Toggle isSelected={own.availability === 'available'} onChange={(on) => turn.mutate(on ? 'available' : 'away')}>
        {own.availability === 'available' ? 'Available' : 'Away'}
      </Toggle>
    </span>
  )
}
