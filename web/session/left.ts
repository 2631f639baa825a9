// Why a session ended and where to return afterwards: kept in this tab only, never in an address.
export interface Left { code: string; detail: string; minutes: number | null; returnTo: string | null }

const place = 'portcullis.left'
/** For a page that may keep nothing, as in a frame of another site: this visit is long enough. */
let here: Left | null = null

export function keepLeft(left: Left): void {
  try {
    sessionStorage.setItem(place, JSON.stringify(left))
  } catch {
    here = left
  }
}

export function readLeft(): Left | null {
  try {
    return JSON.parse(sessionStorage.getItem(place) ?? 'null') as Left | null
  } catch {
    return here
  }
}

export function forgetLeft(): void {
  try {
    sessionStorage.removeItem(place)
  } catch {
    here = null
  }
}

/** The sentence of the sign-in page. `minutes`: the idle time that held in the session that ended. */
export function reasonOf(left: Left): string {
  switch (left.code) {
    case 'session.idle':
      return `You were signed out after ${left.minutes ?? 'some'} ${left.minutes === 1 ? 'minute' : 'minutes'} without input. Drafts are kept on this device.`
    case 'session.absolute':
      return 'You were signed out because a session may last only so long. Sign in again to go on. Drafts are kept on this device.'
    case 'session.missing':
      return 'Sign in to open this page.'
    case 'signed-out':
      return 'You are signed out.'
    default:
      return left.detail || 'Your session ended. Sign in again to go on. Drafts are kept on this device.'
  }
}
