// Asks the desk whether this site may open the chat; the answer's proof lasts ten minutes.
import type { Channel } from './between.ts'

export interface Opening {
  readonly opening: string
  readonly channel: Channel
  readonly online: boolean
  /** When it was asked for, by this page's clock (ms). */
  readonly at: number
}

/** Asked for again after this long (ms): a minute before the server lets it lapse. */
export const OPENING_MS = 9 * 60_000

const WHY: Readonly<Record<string, string>> = {
  'chat.site_not_allowed': `this site (${location.origin}) is not on the channel's list of sites. Add exactly this address under Settings → Channels → Sites.`,
  'chat.channel_off': 'there is no such channel, or it is turned off. Compare data-channel with the line shown under Settings → Channels.',
}

/** @returns nothing when the chat may not be shown here; why is in a warning that says what to check */
export async function askOpening(desk: string, address: string, warn: (words: string) => void): Promise<Opening | null> {
  try {
    const answer = await fetch(`${desk}/api/v1/chat/open/${encodeURIComponent(address)}`, { credentials: 'omit', mode: 'cors', cache: 'no-store', referrerPolicy: 'no-referrer' })
    const body: unknown = await answer.json()
    if (answer.ok) return { ...(body as Omit<Opening, 'at'>), at: Date.now() }
    const code = (body as { code?: unknown }).code
    warn(`The chat is not shown: ${WHY[String(code)] ?? `the desk answered ${answer.status} (${String(code)}).`}`)
  } catch {
    // A refusal to another site carries no CORS header, so a page cannot tell it from an outage.
    warn(`The chat is not shown: ${desk} did not answer this site. Check that ${location.origin} is on the channel's list of sites, that this page's content policy has connect-src ${desk}, and that the desk can be reached.`)
  }
  return null
}
