// Where an effective value came from, in words.
import { dayOf } from '../controls/words.ts'
import type { Origin } from '../http/shapes.ts'

/** "Default", "Set by Dana, 12 Nov 2026", "Pinned by the policy file". */
export function originText(origin: Origin): string {
  const who = origin.setByName ?? origin.setBy
  const when = origin.setAt ? dayOf(origin.setAt) : null
  const set = who ? `Set by ${who}${when ? `, ${when}` : ''}` : when ? `Set ${when}` : 'Set for this brand'
  switch (origin.from) {
    case 'default': return 'Default'
    case 'file': return 'Pinned by the policy file'
    case 'channel': return `${set}, for this channel${origin.clamped ? ' (held to the tighter value)' : ''}`
    default: return origin.locked ? `${set}, locked` : set
  }
}
