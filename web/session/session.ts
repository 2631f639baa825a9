// Who is signed in: the query for GET /session and the hooks that read it.
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { call } from '../http/api.ts'
import type { Session } from '../http/shapes.ts'

/** `skew`: server clock minus this device's clock, in ms, as seen when the answer came. */
export type LiveSession = Session & { skew: number }

export async function fetchSession(options: { gated?: boolean } = {}): Promise<LiveSession> {
  const session = await call<Session>('GET', '/session', options)
  return { ...session, skew: session.serverTime - Date.now() }
}

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: () => fetchSession(),
  staleTime: 60_000,
})

/** The session inside the shell, which draws nothing before it is known. */
export function useSession(): LiveSession {
  const { data } = useQuery(sessionQuery)
  if (!data) throw new Error('useSession stands outside of the shell')
  return data
}

/** The brand's slug, from the address. */
export function useBrand(): string {
  return useParams({ strict: false, select: (params) => (params as { brand?: string }).brand ?? '' })
}
