// One hook for both pages that edit settings: the saved policy, the draft over it, and what is wrong with it.
import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useEffect, useMemo, useState } from 'react'
import type { Fault, PolicyState } from '../http/shapes.ts'
import { useSession } from '../session/session.ts'
import { openDraft, useDraft, type Draft } from './draft.ts'
import { faultsOf, judge, type Judgement } from './judge.ts'
import { policyQuery } from './policy-query.ts'

export interface Editing {
  state: PolicyState
  draft: Draft
  judgement: Judgement
  /** the draft's own faults, and the server's for values that have not been touched since */
  faults: readonly Fault[]
  setServerFaults: (faults: readonly Fault[]) => void
  /** this person may change settings, not only read them */
  mayChange: boolean
}

export interface Edited { editing: Editing | null; error: unknown; retry: () => void }

export function useEditing(): Edited {
  const session = useSession()
  const owner = `${session.brand.slug}/${session.agent.id}`
  useEffect(() => openDraft(owner), [owner])
  const found = useQuery(policyQuery)
  const draft = useDraft()
  const [server, setServer] = useState<{ faults: readonly Fault[]; inputs: Draft['inputs'] }>({ faults: [], inputs: {} })
  const state = found.data
  // typing stays quick over long lists: the judgement may lag one frame behind
  const inputs = useDeferredValue(draft.owner === owner ? draft.inputs : nothing)
  const judgement = useMemo(() => (state ? judge(inputs, state) : noJudgement), [inputs, state])
  const faults = useMemo(() => {
    const still = server.faults.filter((fault) => {
      const key = Object.keys(inputs).find((one) => faultsOf([fault], one).length > 0)
      return key !== undefined && server.inputs[key] === inputs[key]
    })
    return [...judgement.faults, ...still]
  }, [judgement, server, inputs])
  const editing = state ? { state, draft, judgement, faults, mayChange: session.agent.role === 'admin' || session.agent.capabilities.includes('manage_settings'), setServerFaults: (list: readonly Fault[]) => setServer({ faults: list, inputs: draft.inputs }) } : null
  return { editing, error: state ? null : found.error, retry: () => void found.refetch() }
}

const nothing: Draft['inputs'] = Object.freeze({})
const noJudgement: Judgement = Object.freeze({ faults: [], changed: [], patch: {} })
