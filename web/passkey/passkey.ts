// The browser's passkeys: asked for one, or to make one; whatever goes wrong comes back as a problem with words.
import { browserSupportsWebAuthn, startAuthentication, startRegistration, WebAuthnAbortService, WebAuthnError } from '@simplewebauthn/browser'
import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/browser'
import { problemError, type ProblemError } from '../http/problem.ts'
import type { AskedPasskey } from '../http/shapes.ts'

/** Whether this browser knows passkeys at all. */
export const passkeysHere = (): boolean => browserSupportsWebAuthn()

function said(code: string, title: string, detail: string): ProblemError {
  return problemError({ status: 0, code, title, detail })
}

/** Browsers do not tell "cancelled" from "none found" (WebAuthn §14.5.2): the words fit both. */
function faultOf(error: unknown): ProblemError {
  const code = error instanceof WebAuthnError ? error.code : ''
  const name = error instanceof Error ? error.name : ''
  if (code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED') return said('passkey.known', 'There already', 'This key is in your list already. Use another one.')
  if (code === 'ERROR_INVALID_RP_ID' || code === 'ERROR_INVALID_DOMAIN') return said('passkey.elsewhere', 'Not at this address', 'Open the workspace at the address your administrator gave you; passkeys work only there.')
  if (name === 'NotAllowedError' || name === 'AbortError') return said('passkey.cancelled', 'No passkey was given', 'No passkey was given. Try again, or choose another way.')
  return said('passkey.browser', 'The browser could not do it', 'The browser could not use a passkey. Try again, or choose another way.')
}

/** Asks for a passkey; gives what the server is sent. Throws a ProblemError. */
export async function givePasskey({ options, ceremony }: AskedPasskey): Promise<{ credential: object; ceremony: string }> {
  try {
    return { credential: await startAuthentication({ optionsJSON: options }), ceremony }
  } catch (error) {
    throw faultOf(error)
  }
}

/** Takes back what the browser asks for now: whoever asked has gone, and would keep the browser from asking anything else. */
export const stopAsking = (): void => WebAuthnAbortService.cancelCeremony()

/** Makes a passkey; gives what the server is sent. Throws a ProblemError. */
export async function makePasskey(options: PublicKeyCredentialCreationOptionsJSON): Promise<object> {
  try {
    return await startRegistration({ optionsJSON: options })
  } catch (error) {
    throw faultOf(error)
  }
}
