// How a sign-in window hands a session to the frame that opened it: a code that is good once, and a verifier that never leaves the frame (RFC 7636).
import { call } from '../http/api.ts'
import { ancestorsOf } from './ancestors.ts'

export interface Asking { url: string; state: string; verifier: string }
interface Code { type: 'portcullis:frame-code'; code: string; state: string }

const base64url = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
const random = (bytes: number): string => base64url(crypto.getRandomValues(new Uint8Array(bytes)))

/** Made before the button is pressed: a browser opens a window only in answer to a press. */
export async function newAsking(brand: string): Promise<Asking> {
  const [verifier, state] = [random(32), random(16)]
  const challenge = base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))))
  return { url: `/b/${encodeURIComponent(brand)}/embed/sign-in#${new URLSearchParams({ challenge, state })}`, state, verifier }
}

/** Hears the code of this asking, from a window of our own origin and no other; returns what ends it. */
export function hearCode({ state }: Asking, take: (code: string) => void): () => void {
  function onMessage({ data, origin }: MessageEvent<Partial<Code> | null>): void {
    if (origin !== location.origin || data?.type !== 'portcullis:frame-code' || data.state !== state || typeof data.code !== 'string') return
    take(data.code)
  }
  addEventListener('message', onMessage)
  return () => removeEventListener('message', onMessage)
}

export const redeem = (code: string, { verifier }: Asking): Promise<unknown> =>
  call('POST', '/frame/session', { body: { code, verifier, framedBy: ancestorsOf(window) }, gated: false })

/** The frame that opened this window, when it is one of ours. */
export interface Frame { framedBy: string[]; challenge: string; give: (code: string) => void }

/** Looks at the opener, which only a page of our own origin lets us do. */
export function frameOf(brand: string): Frame | null {
  const asked = new URLSearchParams(location.hash.slice(1))
  const [challenge, state] = [asked.get('challenge'), asked.get('state')]
  try {
    const opener = window.opener as Window | null
    if (!opener || opener.closed || !challenge || !state || !opener.location.pathname.startsWith(`/b/${encodeURIComponent(brand)}/embed`)) return null
    const framedBy = ancestorsOf(opener)
    return { framedBy, challenge, give: (code) => opener.postMessage({ type: 'portcullis:frame-code', code, state } satisfies Code, location.origin) }
  } catch {
    // another site's page
    return null
  }
}
