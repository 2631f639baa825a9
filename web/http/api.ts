// The one way to the server: same-origin JSON, problems thrown, and the gates that may answer a refusal in place.
import { problemError, problemOf, readProblem } from './problem.ts'
import type { Problem } from './shapes.ts'

/** What the session room does when the server refuses. A gate that resolves `true` lets the request be tried again, once. */
export interface Gates {
  secondFactor: (problem: Problem) => Promise<boolean>
  stepUp: (problem: Problem) => Promise<boolean>
  ended: (problem: Problem) => void
  refused: (problem: Problem) => void
  heldBack: () => void
}

export interface CallOptions {
  body?: unknown
  ifMatch?: string
  signal?: AbortSignal
  /** false: the caller answers every refusal itself (sign-in and setup pages) */
  gated?: boolean
  /** the answer is a file: a Blob */
  file?: boolean
}

/** the site around the frame was taken off the list: nothing opens there any more */
const notInThisSite = new Set(['frame.off', 'frame.origin_not_allowed'])

let gates: Gates | null = null
let framed = false

/** This page stands in a frame of another site: from here on it means its own session with every request, and never the ordinary one. */
export function standInFrame(): void { framed = true }
export const standsInFrame = (): boolean => framed

/** so long after a refusal the browser surely holds the cookie that took the place of the one we showed */
const newCookieMs = 250

/** The workspace installs its gates while it is on screen; returns what takes them away again. */
export function installGates(next: Gates): () => void {
  gates = next
  return () => { if (gates === next) gates = null }
}

/** Sends one request to `/api/v1` and gives its JSON (undefined for an empty answer); throws a ProblemError. */
export async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  try {
    return await send<T>(method, path, options)
  } catch (error) {
    if (options.gated === false || !gates) throw error
    if (!(await mayTryAgain(gates, problemOf(error)))) throw error
    return await send<T>(method, path, options).catch((again: unknown) => {
      if (problemOf(again).code === 'session.missing') gates?.ended(problemOf(again))
      throw again
    })
  }
}

/** For what does not go through `call`: the gates answer the refusal; true when it may be sent again. */
export async function answerRefusal(error: unknown): Promise<boolean> {
  return gates !== null && mayTryAgain(gates, problemOf(error))
}

async function mayTryAgain(open: Gates, problem: Problem): Promise<boolean> {
  // another tab may just have given a code: this request was then under way with the token before
  if (problem.code === 'session.missing') return new Promise((resolve) => setTimeout(resolve, newCookieMs, true))
  if (problem.code === 'second_factor.required') return open.secondFactor(problem)
  if (problem.code === 'step_up.required') return open.stepUp(problem)
  if (problem.status === 401 && problem.code.startsWith('session.')) open.ended(problem)
  if (problem.status === 403 && (problem.code.startsWith('network.') || notInThisSite.has(problem.code))) open.refused(problem)
  if (problem.code === 'factor.enrol_required' || problem.code === 'password.change_required') open.heldBack()
  return false
}

async function send<T>(method: string, path: string, { body, ifMatch, signal, file }: CallOptions): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (ifMatch) headers['If-Match'] = ifMatch
  if (framed) headers['Portcullis-Frame'] = '1'
  const answer = await fetch(`/api/v1${path}`, {
    method,
    headers,
    credentials: 'same-origin',
    cache: 'no-store',
    redirect: 'error',
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal ?? null,
  })
  if (!answer.ok) throw problemError(await readProblem(answer))
  if (answer.status === 204 || answer.headers.get('Content-Length') === '0') return undefined as T
  if (file) return (await answer.blob()) as T
  const text = await answer.text()
  return (text ? JSON.parse(text) : undefined) as T
}
