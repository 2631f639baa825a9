// Trying a draft on what was decided in the last days: the server replays its journal and tells, line by line, how far it is.
import { useEffect, useState } from 'react'
import { problemOf, readProblem, problemError } from '../http/problem.ts'
import type { Problem } from '../http/shapes.ts'

export interface ReplayExample {
  question: string
  channel: string | null
  /** as the journal kept them */
  facts: Readonly<Record<string, unknown>>
  did: string
  subject: { kind: 'agent' | 'key' | 'customer' | 'system' | 'anonymous'; id: string | null; name: string | null }
  channelName: string | null
  count: number
  lastAt: number
  was: string | null
  becomes: string | null
  sentence: string | null
}

export interface ReplayResult {
  decisions: number
  changed: number
  nowRefused: number
  nowAllowed: number
  agents: number
  keys: number
  customers: number
  unreadable: number
  unfaithful: number
  days: number
  unnoted: number
  /** one of so many is kept: of agents and keys, of customers, of strangers */
  sampledOneOf: { own: number; customers: number; strangers: number }
  examples: readonly ReplayExample[]
}

/** What is replayed, as an explanation asks for it: of the module, or of one channel. */
export interface Draft { settings: Readonly<Record<string, unknown>>; channel?: string }

export function draftOf(path: string, settings: Readonly<Record<string, unknown>>): Draft {
  const channel = /^\/channels\/([^/]+)\//.exec(path)?.[1]
  return channel === undefined ? { settings } : { settings, channel: decodeURIComponent(channel) }
}

export type ReplayState = { step: 'running'; done: number; of: number } | { step: 'done'; result: ReplayResult } | { step: 'failed'; problem: Problem }

type Line = { step: 'progress'; done: number; of: number } | { step: 'done'; result: ReplayResult }

/** Reads the lines as they come. `tell` hears each; the request ends when `signal` says so. */
async function readLines(path: string, settings: object, signal: AbortSignal, tell: (line: Line) => void): Promise<void> {
  const response = await fetch(`/api/v1${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ settings }), signal })
  if (!response.ok || !response.body) throw problemError(await readProblem(response))
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let kept = ''
  for (;;) {
    const { done, value } = await reader.read()
    const lines = (kept + (value ?? '')).split('\n')
    kept = lines.pop() ?? ''
    for (const line of lines) tell(JSON.parse(line) as Line)
    if (done) return
  }
}

/** Runs once for a draft, and stops when whoever asked has left. */
export function useReplay(path: string, settings: Readonly<Record<string, unknown>>): ReplayState {
  const [state, setState] = useState<ReplayState>({ step: 'running', done: 0, of: 0 })
  const draft = JSON.stringify(settings)
  useEffect(() => {
    const stop = new AbortController()
    readLines(path, JSON.parse(draft) as object, stop.signal, (line) => setState(line.step === 'progress' ? { ...line, step: 'running' } : line))
      .catch((error: unknown) => { if (!stop.signal.aborted) setState({ step: 'failed', problem: problemOf(error) }) })
    return () => stop.abort()
  }, [path, draft])
  return state
}
