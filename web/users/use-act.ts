// Does one thing to one person: one at a time, with what is under way, what went wrong, and the lists read again after it.
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import type { Problem } from '../http/shapes.ts'
import { toast } from '../shell/announce.ts'
import type { User } from './user.ts'

export interface Act {
  busy: string | null
  problem: Problem | null
  forget: () => void
  /** Gives whether it was done. `path` below the person's address (or a whole one that begins with /users/); the answer is the person as they are then. */
  run: (path: string, body: unknown, said: string, method?: 'POST' | 'PATCH') => Promise<boolean>
}

export function useAct(id: string): Act {
  const client = useQueryClient()
  const [busy, setBusy] = useState<string | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  return {
    busy,
    problem,
    forget: () => setProblem(null),
    async run(path, body, said, method = 'POST') {
      setBusy(path)
      setProblem(null)
      try {
        const user = await call<User | undefined>(method, path.startsWith('/users/') ? path : `/users/${encodeURIComponent(id)}${path}`, body === undefined ? {} : { body })
        if (user && 'email' in user) client.setQueryData(['users', id], user)
        toast(said)
        void client.invalidateQueries({ queryKey: ['users'] })
        return true
      } catch (error) {
        const found = problemOf(error)
        // the person closed the question for a code: nothing happened, and they know
        if (found.code !== 'step_up.required') setProblem(found)
        return false
      } finally {
        setBusy(null)
      }
    },
  }
}
