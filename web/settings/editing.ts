// One hook for every page that edits settings, the module's or a channel's: the saved policy, the draft over it, and what is wrong with it.
import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useEffect, useMemo, useState } from 'react'
import type { Fault, PolicyCheck, PolicyState } from '../http/shapes.ts'
import { useSession } from '../session/session.ts'
import { moduleDraft, useDraft, type Draft, type DraftBox } from './draft.ts'
import { faultsOf, judge, type Judgement } from './judge.ts'
import type { Manner } from './manner.ts'
import { checkPolicy, policyQuery, readPolicy, savePolicy } from './policy-query.ts'

/** Where settings are kept: how they are read, judged, checked and saved. */
export interface Place<S extends PolicyState = PolicyState> {
  queryKey: readonly string[]
  box: DraftBox
  read: () => Promise<S>
  judge: (inputs: Draft['inputs'], state: S) => Judgement
  check: (patch: Judgement['patch']) => Promise<PolicyCheck>
  /** below /api/v1: where the draft is tried on what was decided before */
  replayPath: string
  /** null: the module's */
  channel: string | null
  /** `version`: the one the draft was judged against; another save since then gives policy.stale */
  save: (patch: Judgement['patch'], version: number, manner: Manner) => Promise<S>
}

export interface Editing<S extends PolicyState = PolicyState> {
  place: Place<S>
  state: S
  draft: Draft
  judgement: Judgement
  /** the draft's own faults, and the server's for values that have not been touched since */
  faults: readonly Fault[]
  setServerFaults: (faults: readonly Fault[]) => void
}

export interface Edited<S extends PolicyState = PolicyState> { editing: Editing<S> | null; /** this person may neither change nor see settings */ unseen: boolean; error: unknown; retry: () => void }

const modulePlace: Place = { queryKey: policyQuery.queryKey, box: moduleDraft, read: readPolicy, judge, check: checkPolicy, replayPath: '/policy/replay', channel: null, save: savePolicy }

export const useEditing = (): Edited => useEditingOf(modulePlace)

/** `place` must stay the same object from one drawing to the next. */
export function useEditingOf<S extends PolicyState>(place: Place<S>): Edited<S> {
  const session = useSession()
  const { box } = place
  const owner = `${session.brand.slug}/${session.agent.id}`
  useEffect(() => box.open(owner), [box, owner])
  const maySee = session.agent.capabilities.includes('manage_settings')
  const found = useQuery({ queryKey: place.queryKey, queryFn: place.read, enabled: maySee })
  const draft = useDraft(box)
  const [server, setServer] = useState<{ faults: readonly Fault[]; inputs: Draft['inputs'] }>({ faults: [], inputs: {} })
  const state = found.data
  // typing stays quick over long lists: the judgement may lag one frame behind
  const inputs = useDeferredValue(draft.owner === owner ? draft.inputs : nothing)
  const judgement = useMemo(() => (state ? place.judge(inputs, state) : noJudgement), [place, inputs, state])
  const faults = useMemo(() => {
    const still = server.faults.filter((fault) => {
      const key = Object.keys(inputs).find((one) => faultsOf([fault], one).length > 0)
      return key !== undefined && server.inputs[key] === inputs[key]
    })
    return [...judgement.faults, ...still]
  }, [judgement, server, inputs])
  const editing = state ? { place, state, draft, judgement, faults, setServerFaults: (list: readonly Fault[]) => setServer({ faults: list, inputs: draft.inputs }) } : null
  return { editing, unseen: !maySee, error: state ? null : found.error, retry: () => void found.refetch() }
}

const nothing: Draft['inputs'] = Object.freeze({})
const noJudgement: Judgement = Object.freeze({ faults: [], changed: [], patch: {} })
