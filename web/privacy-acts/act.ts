// One act of a dialog: what is under way, and what went wrong.
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { problemOf } from '../http/problem.ts'
import type { Problem } from '../http/shapes.ts'
import { toast } from '../shell/announce.ts'

export interface Act {
  busy: boolean
  problem: Problem | null
  /** Does the work once, says what was done, and has everything of the inbox read again. Gives whether it was done. */
  run: (work: () => Promise<unknown>, said: string) => Promise<boolean>
}

export function useAct(): Act {
  const client = useQueryClient()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  return {
    busy,
    problem,
    async run(work, said) {
      setBusy(true)
      setProblem(null)
      try {
        await work()
        toast(said)
        void client.invalidateQueries()
        return true
      } catch (error) {
        const found = problemOf(error)
        // the person closed the question for a code: nothing happened, and they know
        if (found.code !== 'step_up.required') setProblem(found)
        setBusy(false)
        return false
      }
    },
  }
}
