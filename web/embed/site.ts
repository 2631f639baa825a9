// What the frame and the site around it say to each other: only with sites that may present the workspace, and only few words.
import { ancestorsOf } from './ancestors.ts'

/** What the site asks to see: a customer by our id, or by the site's own id that a ticket has proven. */
export interface Wanted { customer?: string; externalId?: string }

/** What the site is told. Ids alone, never what was said. */
export type Told =
  | { type: 'portcullis:ready' }
  | { type: 'portcullis:signed-out' }
  | { type: 'portcullis:opened' | 'portcullis:solved'; conversation: string; number: number; customer: string; externalId: string | null }
  | { type: 'portcullis:not-found'; customer: string | null; externalId: string | null }

/** Written into the document by the server: the same list that the browser holds the frame to. */
const listed = (): ReadonlySet<string> => new Set((document.body.dataset.framers ?? '').split(' ').filter((origin) => origin !== ''))

const nearest = (): string | null => {
  const origin = ancestorsOf(window)[0]
  return origin !== undefined && listed().has(origin) ? origin : null
}

/** Tells the page right around the frame; nothing where its origin is not known and listed. */
export function tellSite(told: Told): void {
  const origin = nearest()
  if (origin !== null && window.parent !== window) window.parent.postMessage(told, origin)
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' && value.length <= 200 ? value : undefined)

/** Hears what the page right around the frame wants to see; returns what ends it. */
export function hearSite(show: (wanted: Wanted) => void): () => void {
  function onMessage({ data, origin, source }: MessageEvent<unknown>): void {
    if (source !== window.parent || window.parent === window || !listed().has(origin)) return
    if (typeof data !== 'object' || data === null || (data as { type?: unknown }).type !== 'portcullis:show') return
    const customer = text((data as Wanted).customer)
    const externalId = text((data as Wanted).externalId)
    if (customer !== undefined) show({ customer })
    else if (externalId !== undefined) show({ externalId })
  }
  addEventListener('message', onMessage)
  return () => removeEventListener('message', onMessage)
}
