// What the site's page and the frame say to each other by postMessage; each side takes messages from the other's window and origin alone.

/** What is shown of a channel, as the server told the loader. It passes through the site's page, so it is drawn as text alone. */
export interface Channel {
  readonly title: string
  readonly greeting: string
  readonly awayText: string
  readonly colour: string
  /** What a customer may send. */
  readonly uploads: { readonly enabled: boolean; readonly endings: readonly string[]; readonly maxBytes: number }
}

export interface Begin {
  readonly type: 'begin'
  /** The server's proof of which site opened the chat; lasts ten minutes. */
  readonly opening: string
  readonly channel: Channel
  readonly online: boolean
  /** A language tag, or empty. */
  readonly locale: string
  readonly dir: 'ltr' | 'rtl' | ''
  readonly ticket: string | null
  /** The site can give a ticket when asked for one. */
  readonly tickets: boolean
  readonly shown: boolean
}

export type ToFrame =
  | Begin
  | { readonly type: 'shown'; readonly shown: boolean }
  | { readonly type: 'ticket'; readonly ticket: string | null }
  | { readonly type: 'opening'; readonly opening: string | null }
  /** From now on the site can give a ticket when asked. */
  | { readonly type: 'canAsk' }
  | { readonly type: 'signOut' }

export type ToSite =
  | { readonly type: 'here' }
  | { readonly type: 'close' }
  | { readonly type: 'unread'; readonly count: number }
  | { readonly type: 'wantTicket' }
  | { readonly type: 'wantOpening' }
  | { readonly type: 'signedOut' }

/** Marks our own messages among all that a page may post. */
export function wrap<Said extends ToFrame | ToSite>(said: Said): { portcullis: Said } {
  return { portcullis: said }
}

/** The message, or nothing when it is none of ours. The shape beyond `type` is judged by who reads it. */
export function unwrap<Said extends ToFrame | ToSite>(data: unknown): Said | null {
  if (typeof data !== 'object' || data === null || !('portcullis' in data)) return null
  const said = data.portcullis
  return typeof said === 'object' && said !== null && 'type' in said && typeof said.type === 'string' ? (said as Said) : null
}
