// What a site can say to the chat: window.portcullis, as a function and as an object; calls made before the load are kept.

export interface SiteApi {
  open(): void
  close(): void
  /** Signs the customer in with a ticket that the site's server has just made. It is redeemed at once, since it soon lapses. */
  signIn(ticket: string): void
  /** Ends the chat session; done when the frame has forgotten it (after 2 s at most). */
  signOut(): Promise<void>
  /** How to get a fresh ticket: asked for when the chat is first opened, and again when a sign-in has ended. */
  ticketFrom(source: () => Promise<string | null>): void
}

type Global = ((name: keyof SiteApi, value?: unknown) => unknown) & SiteApi

declare global {
  interface Window {
    portcullis?: unknown
  }
}

/**
 * Puts the API into the window and does what was asked of a stub before:
 * `window.portcullis ??= Object.assign((...call) => portcullis.q.push(call), { q: [] })`.
 */
export function offerApi(api: SiteApi, warn: (words: string) => void): void {
  const call = (name: keyof SiteApi, value?: unknown): unknown => {
    if (!Object.hasOwn(api, name)) return warn(`portcullis('${String(name)}') is unknown. Use open, close, signIn, signOut or ticketFrom.`)
    return (api[name] as (value?: unknown) => unknown)(value)
  }
  const before = window.portcullis
  window.portcullis = Object.assign(call, api) as Global
  const kept = typeof before === 'function' && 'q' in before ? before.q : []
  for (const one of Array.isArray(kept) ? kept : []) {
    const [name, value] = Array.from(one as ArrayLike<unknown>)
    call(name as keyof SiteApi, value)
  }
  window.dispatchEvent(new Event('portcullis-ready'))
}
