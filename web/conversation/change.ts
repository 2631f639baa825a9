// Changes of one conversation: who has it, where it stands, its tags. The answer goes into every list at once.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import { countsQuery, putSummaries } from '../inbox/cache.ts'
import type { Status, Summary } from '../inbox/shapes.ts'
import { toast } from '../shell/announce.ts'

export interface Change { status?: Status; assigneeId?: string | null; teamId?: string | null; addTag?: string; removeTag?: string }

export function useChange(id: string): { change: (change: Change, said?: string) => void; busy: boolean } {
  const client = useQueryClient()
  const path = `/conversations/${encodeURIComponent(id)}`
  const { mutate, isPending } = useMutation({
    mutationFn: ({ change: { addTag, removeTag, ...fields } }: { change: Change; said: string | undefined }) => {
      if (addTag !== undefined) return call<{ conversation?: Summary } | undefined>('POST', `${path}/tags`, { body: { tag: addTag } })
      if (removeTag !== undefined) return call<{ conversation?: Summary } | undefined>('DELETE', `${path}/tags?tag=${encodeURIComponent(removeTag)}`)
      return call<{ conversation?: Summary } | undefined>('PATCH', path, { body: fields })
    },
    onSuccess: (answer, { said }) => {
      if (answer?.conversation) putSummaries(client, [answer.conversation])
      // the line of what was done comes with the conversation, where the live line is slower
      void client.invalidateQueries({ queryKey: ['conversation', id] })
      void client.invalidateQueries({ queryKey: countsQuery.queryKey })
      if (said) toast(said)
    },
    onError: (error) => {
      const problem = problemOf(error)
      if (problem.code !== 'step_up.required') toast(problem.detail || problem.title)
    },
  })
  return { change: (change, said) => mutate({ change, said }), busy: isPending }
}
