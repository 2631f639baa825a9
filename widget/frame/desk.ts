// The desk's HTTP answers, as the chat door gives them: a session, the conversation, a message, details, the end.
import type { ChatMessage } from './thread.ts'

export interface Session {
  /** Whose it is: an id that says nothing, to tell one customer of this browser from the next. */
  readonly customer: string
  readonly verifiedBy: string | null
  readonly name: string | null
  /** ms */
  readonly expiresAt: number
}

export interface Conversation {
  readonly id: string
  readonly number: number
  readonly status: string
}

export interface Picture {
  readonly feed: number
  readonly conversation: Conversation | null
  readonly messages: readonly ChatMessage[]
  readonly reset: boolean
  readonly online: boolean
  readonly session: Session
}

/** Status 0: no answer came. */
export type Answer<Body> = { readonly ok: true; readonly body: Body } | { readonly ok: false; readonly status: number; readonly code: string }

async function ask<Body>(method: string, path: string, { token, body, keepalive = false }: { token?: string; body?: unknown; keepalive?: boolean }): Promise<Answer<Body>> {
  const headers: Record<string, string> = {}
  if (token !== undefined) headers.authorization = `Bearer ${token}`
  if (body !== undefined) headers['content-type'] = 'application/json'
  try {
    const answer = await fetch(`/api/v1/chat/${path}`, {
      method, headers, keepalive, credentials: 'omit', cache: 'no-store', referrerPolicy: 'no-referrer', signal: AbortSignal.timeout(20_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    const said: unknown = text === '' ? {} : JSON.parse(text)
    return answer.ok ? { ok: true, body: said as Body } : { ok: false, status: answer.status, code: String((said as { code?: unknown }).code ?? '') }
  } catch {
    return { ok: false, status: 0, code: '' }
  }
}

export const desk = {
  begin: (opening: string, ticket: string | null) => ask<{ token: string; session: Session; notice?: string }>('POST', 'sessions', { body: ticket === null ? { opening } : { opening, ticket } }),
  look: (token: string, since: number | null) => ask<Picture>('GET', since === null ? 'conversation' : `conversation?since=${since}`, { token }),
  send: (token: string, id: string, text: string, files: readonly string[]) => ask<{ id: string; seq: number }>('POST', 'messages', { token, body: { id, text, files } }),
  details: (token: string, details: { name?: string; email?: string }) => ask<unknown>('PUT', 'details', { token, body: details }),
  signOut: (token: string) => ask<unknown>('POST', 'sign-out', { token, keepalive: true }),
}
