// Step two: the first admin's name, email and password.
import { useState, type FormEvent } from 'react'
import { Button } from '../controls/button.tsx'
import { useFirstFault } from '../controls/first-fault.ts'
import { SecretField, TextField } from '../controls/text-field.tsx'
import { faultAt } from '../http/problem.ts'
import type { Fault } from '../http/shapes.ts'
import { lengthOf, personFaults, shortestPassword, type StepProps } from './answers.ts'

export function PersonStep({ answers, brand, change, faults, onBack, onNext }: StepProps & { brand: { name: string; slug: string }; onBack: () => void; onNext: () => void }) {
  const [own, setOwn] = useState<Fault[]>([])
  const form = useFirstFault<HTMLFormElement>(own)
  const all = [...own, ...faults]

  function submit(event: FormEvent) {
    event.preventDefault()
    const found = personFaults(answers, brand)
    setOwn(found)
    if (found.length === 0) onNext()
  }

  return (
    <form className="stack" ref={form} onSubmit={submit} noValidate>
      <header className="stack-s">
        <h1 tabIndex={-1}>You, its first admin</h1>
        <p className="soft">An admin has every right in this workspace. You invite colleagues later, under Settings → Users.</p>
      </header>
      <TextField label="Your name" name="name" autoComplete="name" value={answers.name} onChange={(name) => change({ name })} fault={faultAt(all, 'admin/name')} />
      <TextField label="Email" name="email" type="email" inputMode="email" autoComplete="username" autoCapitalize="none" spellCheck={false} value={answers.email} onChange={(email) => change({ email })} fault={faultAt(all, 'admin/email')} />
      <div className="stack-s">
        <SecretField label="Password" name="new-password" autoComplete="new-password" value={answers.password} onChange={(password) => change({ password })} fault={faultAt(all, 'admin/password')} />
        <LengthMeter password={answers.password} />
      </div>
      <div className="apart">
        <Button onPress={onBack}>Back</Button>
        <Button look="main" type="submit">Continue</Button>
      </div>
    </form>
  )
}

function LengthMeter({ password }: { password: string }) {
  const length = lengthOf(password)
  const enough = length >= shortestPassword
  return (
    <div className="meter" data-enough={enough || undefined}>
      <div className="meter-bar" aria-hidden="true"><span style={{ inlineSize: `${Math.min(100, (length / shortestPassword) * 100)}%` }} /></div>
      <p className="small soft" role="status">{meterWords(length)}</p>
    </div>
  )
}

function meterWords(length: number): string {
  if (length === 0) return `At least ${shortestPassword} characters. Any characters count, spaces too: a few words you will remember do well.`
  if (length < shortestPassword) return `${shortestPassword - length} more ${shortestPassword - length === 1 ? 'character' : 'characters'} to go.`
  return `Long enough: ${length} characters.`
}
