// Settings → Explain a decision: why something was refused, by its reference, or what would be decided in a made-up case.
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import './explain.css'
import { Button } from '../controls/button.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { TextField } from '../controls/text-field.tsx'
import { problemOf } from '../http/problem.ts'
import { useBrand } from '../session/session.ts'
import { Page } from '../shell/page.tsx'
import { explainQuestion, explainRefusal } from './explaining.ts'
import { ExplainForm } from './explain-form.tsx'
import { Explanation } from './explanation.tsx'

export function Explain() {
  const brand = useBrand()
  const { refusal = '' } = useSearch({ strict: false }) as { refusal?: string }
  const navigate = useNavigate()
  const [typed, setTyped] = useState(refusal)
  const found = useQuery({ queryKey: ['explain', refusal], queryFn: () => explainRefusal(refusal), enabled: refusal !== '', retry: false, staleTime: 0 })
  const asked = useMutation({ mutationFn: explainQuestion })
  const problem = found.error ? problemOf(found.error) : null
  const wrong = asked.error ? problemOf(asked.error) : null
  const inFields = wrong?.faults?.every(({ path }) => path.startsWith('facts/')) === true

  function look() {
    const id = typed.trim()
    if (id === refusal) void found.refetch()
    else void navigate({ to: '/b/$brand/settings/explain', params: { brand }, search: id === '' ? {} : { refusal: id } })
  }

  return (
    <Page title="Explain a decision" settingsOf={brand} width="m" lead="Which setting said no, who set it and when, and what would have to change. Asked of the same rules that decide at the doors; nothing is changed by asking.">
      <section className="stack" aria-labelledby="explain-refusal">
        <h2 id="explain-refusal">Why was it refused?</h2>
        <form className="explain-id" onSubmit={(event) => { event.preventDefault(); look() }}>
          <TextField label="Reference of the refusal" value={typed} onChange={setTyped} help="Whoever was refused was shown it; it also stands in the audit trail." placeholder="ref_…" autoComplete="off" autoCapitalize="none" spellCheck={false} maxLength={100} fault={problem?.faults?.[0]} />
          <Button type="submit" isDisabled={typed.trim() === ''} pending={found.isFetching}>Look it up</Button>
        </form>
        {found.isFetching && !found.data && <div className="pulse" style={{ blockSize: '8rem' }} role="status" aria-label="Loading" />}
        {problem && problem.faults === undefined && <ProblemNote problem={problem} />}
        {refusal !== '' && found.data && <div className="card explain-told"><Explanation told={found.data} /></div>}
      </section>
      <section className="stack" aria-labelledby="explain-case">
        <div>
          <h2 id="explain-case">What would be decided?</h2>
          <p className="soft">Put a case together. What you leave alone is as in an ordinary case.</p>
        </div>
        <ExplainForm faults={wrong?.faults ?? []} busy={asked.isPending} onAsk={(one) => asked.mutate(one)} />
        {wrong && !inFields && <ProblemNote problem={wrong} />}
        {asked.data && !asked.error && <div className="card explain-told" role="status"><Explanation told={asked.data} /></div>}
      </section>
    </Page>
  )
}
