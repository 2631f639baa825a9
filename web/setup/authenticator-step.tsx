// Step three: the authenticator app, by picture or by hand, proven with its first code.
import { useState, type FormEvent } from 'react'
import { Button } from '../controls/button.tsx'
import { CodeField } from '../controls/code-field.tsx'
import { CopyButton } from '../controls/copy-button.tsx'
import { faultAt } from '../http/problem.ts'
import type { Fault, Problem } from '../http/shapes.ts'
import { QrCode } from './qr-code.tsx'

interface Props {
  totp: { secret: string; uri: string }
  problem: Problem | null
  faults: readonly Fault[]
  onBack: () => void
  onCode: (code: string) => Promise<void>
}

export function AuthenticatorStep({ totp, problem, faults, onBack, onCode }: Props) {
  const [code, setCode] = useState('')
  const [busy, setBusy] = useState(false)
  const fault = faultAt(faults, 'code') ?? (problem?.code.startsWith('code.') ? { message: problem.detail } : undefined)

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (busy || code.length !== 6) return
    setBusy(true)
    await onCode(code)
    setBusy(false)
  }

  return (
    <form className="stack" onSubmit={submit} noValidate>
      <header className="stack-s">
        <h1 tabIndex={-1}>Your authenticator app</h1>
        <p className="soft">It proves that it is you when you sign in from elsewhere or change a setting. Any app that shows six-digit codes will do.</p>
      </header>
      <Enrolment secret={totp.secret} uri={totp.uri} />
      <CodeField method="totp" label="The six digits the app shows now" value={code} onChange={setCode} fault={fault} />
      <div className="apart">
        <Button onPress={onBack}>Back</Button>
        <Button look="main" type="submit" pending={busy} isDisabled={code.length !== 6}>{busy ? 'Setting up…' : 'Finish setup'}</Button>
      </div>
    </form>
  )
}

/** The secret as a picture and as letters in groups of four. */
export function Enrolment({ secret, uri }: { secret: string; uri: string }) {
  return (
    <div className="enrol">
      <QrCode text={uri} />
      <div className="stack-s">
        <p><strong>Scan the code</strong> with the app.</p>
        <p className="soft small">No camera at hand? Add an account by hand and type this key; time based, six digits.</p>
        <bdi className="secret-text">{secret.replace(/(.{4})(?=.)/g, '$1 ')}</bdi>
        <div><CopyButton text={secret} label="Copy the key">Copy key</CopyButton></div>
      </div>
    </div>
  )
}
