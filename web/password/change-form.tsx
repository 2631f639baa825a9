// The form that changes one's own password: the present one, the new one, and every fault at its line.
import { useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent, type ReactNode } from 'react'
import { Button } from '../controls/button.tsx'
import { useFirstFault } from '../controls/first-fault.ts'
import { ProblemNote } from '../controls/note.tsx'
import { SecretField } from '../controls/text-field.tsx'
import { call } from '../http/api.ts'
import { faultAt, problemOf } from '../http/problem.ts'
import type { Problem } from '../http/shapes.ts'
import { toast } from '../shell/announce.ts'
import { type BreachLookup, lookupFailed } from './breach-lookup.ts'
import { NewPasswordField } from './new-password-field.tsx'

/** What a changed password is answered with. */
export interface Changed { breachLookup: BreachLookup }

const none: readonly unknown[] = []

export function ChangeForm({ email, action, onDone, children }: { email: string; action: string; onDone: (changed: Changed) => void; children?: ReactNode }) {
  const client = useQueryClient()
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const area = useFirstFault<HTMLFormElement>(problem?.faults ?? none)

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    setProblem(null)
    try {
      const changed = await call<Changed>('POST', '/account/password', { body: { current, password } })
      toast(changed.breachLookup === 'failed' ? lookupFailed : 'Your password was changed. Your other sessions were ended.')
      void client.invalidateQueries()
      onDone(changed)
    } catch (error) {
      const said = problemOf(error)
      if (said.code !== 'step_up.required') setProblem(said)
    } finally {
      setBusy(false)
    }
  }

  return (
    <form className="stack" ref={area} onSubmit={submit} noValidate>
      {problem && !problem.faults && <ProblemNote problem={problem} />}
      {/* password managers keep the new one with this name */}
      <input className="hidden" type="text" name="username" autoComplete="username" value={email} readOnly tabIndex={-1} aria-hidden="true" />
      <SecretField label="Present password" name="current-password" autoComplete="current-password" value={current} onChange={setCurrent} fault={faultAt(problem?.faults, 'current')} />
      <NewPasswordField value={password} onChange={setPassword} fault={faultAt(problem?.faults, 'password')} />
      <div className="row-end">
        {children}
        <Button look="main" type="submit" pending={busy} isDisabled={current === '' || password === ''}>{action}</Button>
      </div>
    </form>
  )
}

/** Said where the look-up that the settings ask for could not be made: the password counts all the same. */
