// The Test button: what the API would say of this key from an address, step by step. Nothing is called.
import { useQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { TextField } from '../controls/text-field.tsx'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import { Icon } from '../shell/icon.tsx'
import { keyPath, type ApiKey, type Trial } from './api-key.ts'

export function TrialDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const [typed, setTyped] = useState('')
  const [from, setFrom] = useState('')
  const found = useQuery({
    queryKey: ['api-key-trial', apiKey.id, from],
    queryFn: () => call<Trial>('POST', `${keyPath(apiKey)}/test`, { body: from === '' ? {} : { from } }),
    gcTime: 0, retry: false,
  })
  const problem = found.error ? problemOf(found.error) : null
  const trial = found.data
  function submit(event: FormEvent) {
    event.preventDefault()
    if (typed.trim() === from) void found.refetch()
    else setFrom(typed.trim())
  }
  return (
    <Dialog title={`Would ${apiKey.name} get in?`} open onClose={onClose} size="l">
      <form className="row key-trial-from" onSubmit={submit} noValidate>
        <TextField label="Called from" value={typed} onChange={setTyped} placeholder={trial?.from ?? ''} fault={problem?.faults?.find(({ path }) => path === 'from')} help="The address your program calls from; empty for your own." autoComplete="off" spellCheck={false} dir="ltr" />
        <Button type="submit" pending={found.isFetching}>Test</Button>
      </form>
      {problem && !problem.faults?.length && <ProblemNote problem={problem} />}
      {trial && (
        <ol className="trial-steps" aria-live="polite">
          {trial.steps.map((step) => (
            <li key={step.step} data-ok={step.ok}>
              <Icon name={step.ok ? 'check' : 'close'} />
              <span>{step.sentence}</span>
            </li>
          ))}
          <li className="trial-end" data-ok={trial.ok}><strong>{trial.ok ? 'It would get in.' : 'It would be refused here.'}</strong></li>
        </ol>
      )}
      <div className="row-end"><Button look="main" onPress={onClose}>Close</Button></div>
    </Dialog>
  )
}
