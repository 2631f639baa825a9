// Adds an authenticator app, or replaces the one there is: the password again when the server wants it, the picture, the first code, new recovery codes.
import { useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import '../sign-in/gate.css'
import { Button } from '../controls/button.tsx'
import { CodeField } from '../controls/code-field.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { SecretField } from '../controls/text-field.tsx'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import type { Problem } from '../http/shapes.ts'
import { Enrolment } from '../setup/authenticator-step.tsx'
import { RecoveryCodes } from '../setup/recovery-codes.tsx'
import { toast } from '../shell/announce.ts'
import { EndOthers } from './end-others.tsx'

interface Begun { id: string; secret: string; uri: string }

/** `first`: there is no authenticator yet. `askPassword`: there is no factor of any kind yet. */
export function AddAuthenticator({ first, askPassword }: { first: boolean; askPassword: boolean }) {
  const [open, setOpen] = useState(false)
  return (
    <div className="stack-s">
      <div><Button icon={first ? 'plus' : undefined} look={first ? 'main' : 'plain'} onPress={() => setOpen(true)}>{first ? 'Add an authenticator app' : 'Replace your authenticator'}</Button></div>
      {!first && <p className="soft small">The old one stops working once you have given the new one’s first code.</p>}
      {open && <AddDialog first={first} askPassword={askPassword} onClose={() => setOpen(false)} />}
    </div>
  )
}

function AddDialog({ first, askPassword, onClose }: { first: boolean; askPassword: boolean; onClose: () => void }) {
  const client = useQueryClient()
  const [password, setPassword] = useState('')
  const [begun, setBegun] = useState<Begun | null>(null)
  const [code, setCode] = useState('')
  const [endOthers, setEndOthers] = useState(true)
  const [codes, setCodes] = useState<string[] | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)

  async function run(event: FormEvent, work: () => Promise<void>) {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    setProblem(null)
    try {
      await work()
    } catch (error) {
      setProblem(problemOf(error))
    } finally {
      setBusy(false)
    }
  }

  const begin = async () => setBegun(await call<Begun>('POST', '/account/factors/totp', { body: password ? { password } : {} }))
  async function confirm() {
    const said = await call<{ recoveryCodes?: string[] }>('POST', `/account/factors/totp/${begun?.id}/confirm`, { body: { code, endOthers } })
    void client.invalidateQueries({ queryKey: ['factors'] })
    void client.invalidateQueries({ queryKey: ['session'] })
    if (said?.recoveryCodes) return setCodes(said.recoveryCodes)
    toast(first ? 'The authenticator app was added.' : 'The authenticator app was replaced; the old one no longer works.')
    onClose()
  }

  if (codes) {
    return (
      <Dialog title="Keep these recovery codes" open size="l" dismissable={false} onClose={() => undefined}>
        <p className="soft">Each signs you in once when your phone is not at hand. They are shown now and never again.</p>
        <RecoveryCodes codes={codes} />
        <div className="row-end"><Button look="main" onPress={onClose}>I have kept them</Button></div>
      </Dialog>
    )
  }
  const atField = problem?.code.startsWith('code.') ? { message: problem.detail } : undefined
  const atPassword = problem?.code === 'sign_in.failed' || problem?.code === 'password.wrong' ? { message: problem.detail } : undefined
  return (
    <Dialog title={first ? 'Add an authenticator app' : 'Replace your authenticator; the old one stops working'} open size={begun ? 'l' : 'm'} onClose={onClose}>
      {problem && !atField && !atPassword && <ProblemNote problem={problem} />}
      {begun
        ? (
          <form className="stack" onSubmit={(event) => run(event, confirm)} noValidate>
            <Enrolment secret={begun.secret} uri={begun.uri} />
            <CodeField method="totp" label="The six digits the app shows now" value={code} onChange={setCode} fault={atField} />
            <div className="row-end">
              <Button onPress={onClose}>Cancel</Button>
              <Button look="main" type="submit" pending={busy} isDisabled={code.length !== 6}>{first ? 'Add it' : 'Replace it'}</Button>
            </div>
          </form>
        )
        : (
          <form className="stack" onSubmit={(event) => run(event, begin)} noValidate>
            {askPassword
              ? <SecretField label="Your password, again" name="password" autoComplete="current-password" autoFocus value={password} onChange={setPassword} fault={atPassword} />
              : <p className="soft">{first ? 'You will be asked for a fresh code first.' : 'You will be asked for a fresh code. The app you have now works until you have given the new one’s first code.'}</p>}
            <EndOthers value={endOthers} onChange={setEndOthers} />
            <div className="row-end">
              <Button onPress={onClose}>Cancel</Button>
              <Button look="main" type="submit" pending={busy} isDisabled={askPassword && password === ''}>Continue</Button>
            </div>
          </form>
        )}
    </Dialog>
  )
}
