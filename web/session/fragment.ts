// Secrets that arrive in the fragment of an address: read once, and gone from the address bar at once.

let kept = { path: '', text: '' }

/** The fragment without its `#`; empty when there is none. Later calls for the same page give the same text. */
export function takeFragment(): string {
  const here = location.hash.slice(1)
  if (here === '') return kept.path === location.pathname ? kept.text : ''
  kept = { path: location.pathname, text: plain(here) }
  history.replaceState(history.state, '', location.pathname + location.search)
  return kept.text
}

/** A second link opened in the same tab only changes the fragment: the page begins anew with it. */
export function beginAnewOnNewFragment(): () => void {
  const again = () => location.reload()
  addEventListener('hashchange', again)
  return () => removeEventListener('hashchange', again)
}

function plain(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
