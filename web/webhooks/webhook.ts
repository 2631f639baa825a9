// A webhook, its deliveries and what they are called, as the page knows them.
import { call } from '../http/api.ts'

export interface Webhook { id: string; name: string; url: string; events: string[]; channels: string[] | null; includeText: boolean; createdAt: string; enabled: boolean; disabledWhy: 'person' | 'failing' | 'gone' | null; failingSince: string | null; oldSecretUntil: string | null }
export interface Webhooks { webhooks: Webhook[]; events: { type: string; label: string }[] }
export interface Delivery {
  id: string; eventId: string; type: string; happenedAt: string; state: 'delivered' | 'given_up' | 'waiting'; nextTryAt: string | null
  tries: { at: string; status: number | null; ms: number; answer: string; fault: string | null }[]
}
export interface Tested { ok: boolean; status: number | null; ms: number; answer: string; fault: string | null }

export const webhooksQuery = { queryKey: ['webhooks'], queryFn: () => call<Webhooks>('GET', '/webhooks') }
export const pathOf = (id: string): string => `/webhooks/${encodeURIComponent(id)}`
