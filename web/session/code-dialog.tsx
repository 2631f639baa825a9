// The dialog that asks for a code in place: the refused request waits behind it and is tried again.
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { call } from '../http/api.ts'
import type { CodeMethod, Problem } from '../http/shapes.ts'
import { CodeForm } from './code-form.tsx'
import { answer, useQuestions } from './questions.ts'
import { useBrand } from './session.ts'

export function CodeDialog({ onSignOut, onEnded }: { onSignOut: () => void; onEnded: (problem: Problem) => void }) {
  const { question } = useQuestions()
  const brand = useBrand()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [noFactor, setNoFactor] = useState(false)
  if (!question) return null
  const stepUp = question.purpose === 'step-up'

  async function send(code: string, method: CodeMethod) {
    await call('POST', stepUp ? '/step-up' : '/session/code', { body: { code, method }, gated: false })
    answer(true)
    void client.invalidateQueries({ queryKey: ['session'] })
  }

  function enrol() {
    answer(false)
    setNoFactor(false)
    void navigate({ to: '/b/$brand/account', params: { brand }, ignoreBlocker: true })
  }

  const cancel = () => { setNoFactor(false); answer(false) }
  if (noFactor) {
    return (
      <Dialog rank="question" title="Add an authenticator app first" open onClose={cancel}>
        <p>Saving these settings needs a code, and your account has no authenticator app yet. Your changes are kept as a draft on this device.</p>
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
      <CodeFormOf send={send} stepUp={stepUp} onNoFactor={() => setNoFactor(true)} onEnded={(problem) => { cancel(); onEnded(problem) }} onCancel={stepUp ? cancel : () => { cancel(); onSignOut() }} />
    </Dialog>
  )
}

interface FormProps { send: (code: string, method: CodeMethod) => Promise<void>; stepUp: boolean; onNoFactor: () => void; onEnded: (problem: Problem) => void; onCancel: () => void }

function CodeFormOf({ send, stepUp, onNoFactor, onEnded, onCancel }: FormProps) {
  return (
    <CodeForm action={stepUp ? 'Confirm' : 'Continue'} send={send} onProblem={(problem) => {
      if (problem.code === 'factor.none') onNoFactor()
      else if (problem.code.startsWith('session.')) onEnded(problem)
      else return false
      return true
    }}>
      <Button onPress={onCancel}>{stepUp ? 'Cancel' : 'Sign out'}</Button>
    </CodeForm>
  )
}
