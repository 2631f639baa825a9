// The Test button: what the API would say of this key from an address, step by step. Nothing is called.
import { useEffect, useState, type FormEvent } from 'react'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { TextField } from '../controls/text-field.tsx'
import { useAct } from '../channels/channel.ts'
import { Icon } from '../shell/icon.tsx'
import { keyPath, type ApiKey, type Trial } from './api-key.ts'

export function TrialDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const act = useAct()
  const [from, setFrom] = useState('')
  const [trial, setTrial] = useState<Trial | null>(null)
  async function test(address: string) {
    const done = await act.run<Trial>('POST', `${keyPath(apiKey)}/test`, address === '' ? {} : { from: address }, '')
    if (done) setTrial(done.answer)
  }
  useEffect(() => void test(''), [])
  function submit(event: FormEvent) {
    event.preventDefault()
    void test(from.trim())
  }
  return (
    <Dialog title={`Would ${apiKey.name} get in?`} open onClose={onClose} size="l">
      <form className="row key-trial-from" onSubmit={submit} noValidate>
        <TextField label="Called from" value={from} onChange={setFrom} placeholder={trial?.from ?? ''} fault={act.problem?.faults?.find(({ path }) => path === 'from')} help="The address your program calls from; empty for your own." autoComplete="off" spellCheck={false} dir="ltr" />
        <Button type="submit" pending={act.busy}>Test</Button>
      </form>
      {act.problem && !act.problem.faults?.length && <ProblemNote problem={act.problem} />}
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
