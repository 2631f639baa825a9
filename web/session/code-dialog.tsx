// The dialog that asks for a code in place: the refused request waits behind it and is tried again.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { call } from '../http/api.ts'
import type { CodeMethod, MethodOptions, Presented, Problem } from '../http/shapes.ts'
import { CodeForm } from './code-form.tsx'
import { answer, useQuestions } from './questions.ts'
import { useBrand } from './session.ts'

export function CodeDialog({ onSignOut, onEnded }: { onSignOut: () => void; onEnded: (problem: Problem) => void }) {
  const { question } = useQuestions()
  const brand = useBrand()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [noFactor, setNoFactor] = useState(false)
  // Asked each time: a factor may have been added or removed since, in another tab too.
  const asked = useQuery({ queryKey: ['code-methods', question?.problem.id ?? ''], queryFn: () => call<{ methods: CodeMethod[] }>('GET', '/session/code', { gated: false }), enabled: question !== null, retry: false, gcTime: 0, staleTime: 0 })
  if (!question) return null
  const stepUp = question.purpose === 'step-up'
  const path = stepUp ? '/step-up' : '/session/code'

  const options = (method: 'sms' | 'passkey') => call<MethodOptions>('POST', `${path}/options`, { body: { method }, gated: false })
  async function send(presented: Presented) {
    await call('POST', path, { body: presented, gated: false })
    answer(true)
    void client.invalidateQueries({ queryKey: ['session'] })
  }

  function enrol() {
    answer(false)
    setNoFactor(false)
    void navigate({ to: '/b/$brand/account', params: { brand }, ignoreBlocker: true })
  }

  const cancel = () => { setNoFactor(false); answer(false) }
  const methods = asked.data?.methods
  if (noFactor || methods?.length === 0) {
    return (
      <Dialog rank="question" title="Add a second factor first" open onClose={cancel}>
        <p>This needs a second factor, and your account has none yet. Unsaved changes are kept as a draft on this device.</p>
        <div className="row-end">
          <Button onPress={cancel}>Not now</Button>
          <Button look="main" onPress={enrol}>Open your account</Button>
        </div>
      </Dialog>
    )
  }
  return (
    <Dialog rank="question" title={stepUp ? 'Confirm that it is you' : 'One more step from here'} open onClose={cancel} dismissable={stepUp}>
      <p className="soft">{stepUp
        ? 'This change needs a fresh code. For settings, one code is enough for an hour.'
        : 'From your present address this workspace asks for a code. Nothing you were writing is lost.'}</p>
      {asked.isPending && <div className="pulse" style={{ blockSize: '7rem' }} role="status" aria-label="Loading" />}
      {!asked.isPending && <CodeFormOf methods={methods ?? ['totp', 'recovery']} options={options} send={send} stepUp={stepUp} onNoFactor={() => setNoFactor(true)} onEnded={(problem) => { cancel(); onEnded(problem) }} onCancel={stepUp ? cancel : () => { cancel(); onSignOut() }} />}
    </Dialog>
  )
}

interface FormProps { methods: readonly CodeMethod[]; options: (method: 'sms' | 'passkey') => Promise<MethodOptions>; send: (presented: Presented) => Promise<void>; stepUp: boolean; onNoFactor: () => void; onEnded: (problem: Problem) => void; onCancel: () => void }

function CodeFormOf({ methods, options, send, stepUp, onNoFactor, onEnded, onCancel }: FormProps) {
  return (
    <CodeForm methods={methods} options={options} action={stepUp ? 'Confirm' : 'Continue'} send={send} onProblem={(problem) => {
      if (problem.code === 'factor.none') onNoFactor()
      else if (problem.code.startsWith('session.')) onEnded(problem)
      else return false
      return true
    }}>
      <Button onPress={onCancel}>{stepUp ? 'Cancel' : 'Sign out'}</Button>
    </CodeForm>
  )
}
