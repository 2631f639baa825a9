// Finds the web addresses in an agent's text; pure, so that hostile texts can be tried.

export type Part = { readonly text: string; readonly href?: string }

const ADDRESS = /https?:\/\/[^\s<>"'`\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/giu
/** What ends a sentence does not belong to the address before it. */
const TAIL = /[.,;:!?)\]}'"»”’]+$/u

/** The text in parts, in order and whole; http and https alone become links, and only without a name and password in them. */
export function partsOf(text: string): readonly Part[] {
  const parts: Part[] = []
  let from = 0
  for (const match of text.matchAll(ADDRESS)) {
    const found = match[0].replace(TAIL, '')
    const url = URL.canParse(found) ? new URL(found) : null
    if (url === null || url.username !== '' || url.password !== '' || !/^https?:$/.test(url.protocol)) continue
    if (match.index > from) parts.push({ text: text.slice(from, match.index) })
    parts.push({ text: found, href: url.href })
    from = match.index + found.length
  }
  if (from < text.length) parts.push({ text: text.slice(from) })
  return parts
}
