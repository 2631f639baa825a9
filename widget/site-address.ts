// What the page's own address may carry: a ticket in the fragment, which is taken out at once; never one in the query.

const NAME = 'portcullis-ticket'

/**
 * The ticket in a fragment, and the fragment without it. `#portcullis-ticket=T`, or beside others: `#view=x&portcullis-ticket=T`.
 * A fragment never reaches a server, a log or a Referer (RFC 9110 10.1.3); a query reaches all three.
 */
export function ticketIn(fragment: string): { readonly ticket: string | null; readonly rest: string } {
  const parts = fragment.replace(/^#/, '').split('&')
  const found = parts.find((part) => part.startsWith(`${NAME}=`))
  if (found === undefined) return { ticket: null, rest: fragment }
  const rest = parts.filter((part) => !part.startsWith(`${NAME}=`)).join('&')
  let ticket: string | null = found.slice(NAME.length + 1)
  try {
    ticket = decodeURIComponent(ticket)
  } catch {
    ticket = null
  }
  return { ticket: ticket === '' ? null : ticket, rest: rest === '' ? '' : `#${rest}` }
}

/** Takes the ticket out of the window's address, also out of its history. */
export function takeTicket(warn: (words: string) => void): string | null {
  if (new URLSearchParams(location.search).has(NAME)) {
    warn(`The ticket in the query (?${NAME}=…) was ignored: a query is written into logs and sent to other sites. Put it into the fragment: #${NAME}=…`)
  }
  const { ticket, rest } = ticketIn(location.hash)
  if (rest !== location.hash) history.replaceState(history.state, '', location.pathname + location.search + rest)
  return ticket
}
