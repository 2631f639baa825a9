// One act on a change under way (on trial, on stage, waiting): which one runs, what went wrong, and everything read anew after it.
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { problemOf } from '../http/problem.ts'
import type { Problem } from '../http/shapes.ts'
import { toast } from '../shell/announce.ts'

/** Somebody else, or the clock, was first: what is shown is of before. */
const overtaken: ReadonlySet<string> = new Set(['policy.trial_over', 'policy.stage_over', 'policy.proposal_over', 'policy.proposal_stale'])

export interface Act<Name extends string> {
  busy: Name | null
  problem: Problem | null
  /** Gives whether it was done. */
  run: (name: Name, work: () => Promise<unknown>, said: string) => Promise<boolean>
}

export function useAct<Name extends string>(): Act<Name> {
  const client = useQueryClient()
  const [busy, setBusy] = useState<Name | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  return {
    busy,
    problem,
    async run(name, work, said) {
      setBusy(name)
      setProblem(null)
      try {
        await work()
        toast(said)
        await client.invalidateQueries()
        return true
      } catch (error) {
        const found = problemOf(error)
        if (overtaken.has(found.code)) await client.invalidateQueries()
        // the person closed the question for a code: nothing happened, and they know
        if (found.code !== 'step_up.required') setProblem(found)
        return false
      } finally {
        setBusy(null)
      }
    },
  }
}
