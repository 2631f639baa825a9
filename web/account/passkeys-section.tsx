// Passkeys and security keys: the list, and adding one with the browser's help.
import { useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/browser'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { SecretField, TextField } from '../controls/text-field.tsx'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import type { Factors, Problem } from '../http/shapes.ts'
import { makePasskey, passkeysHere } from '../passkey/passkey.ts'
import { RecoveryCodes } from '../setup/recovery-codes.tsx'
import { toast } from '../shell/announce.ts'
import { EndOthers } from './end-others.tsx'
import { FactorList } from './factor-list.tsx'

interface Begun { options: PublicKeyCredentialCreationOptionsJSON; ceremony: string }

/** `first`: the person has no factor yet, so the server may ask for the password. */
export function PasskeysSection({ factors, first }: { factors: Factors; first: boolean }) {
  const [adding, setAdding] = useState(false)
  const synced = new Map(factors.passkeys.map((passkey) => [passkey.id, passkey.backedUp]))
  return (
    <div className="account-part">
      <div className="account-head">
        <h2>Passkeys</h2>
        <p className="soft small">Your fingerprint, face, PIN or a security key. The safest way, and it signs you in without a password.</p>
      </div>
      <div className="stack">
        <FactorList kind="passkeys" icon="key" factors={factors.passkeys} note={({ id }) => (synced.get(id) ? 'synced by its provider' : null)} />
        {factors.passkeys.length === 0 && factors.passkeysPossible && <p className="soft">None yet.</p>}
        {!factors.passkeysPossible && <p className="soft">Passkeys need a host name, and this workspace is reached by a bare address. Use an authenticator app.</p>}
        {factors.passkeysPossible && !passkeysHere() && <p className="soft">This browser does not know passkeys. Use another one to add one.</p>}
        {factors.passkeysPossible && passkeysHere() && <div><Button icon="plus" onPress={() => setAdding(true)}>Add a passkey</Button></div>}
      </div>
      {adding && <AddPasskey first={first} onClose={() => setAdding(false)} />}
    </div>
  )
}

function AddPasskey({ first, onClose }: { first: boolean; onClose: () => void }) {
  const client = useQueryClient()
  const [label, setLabel] = useState('')
  const [password, setPassword] = useState('')
  const [endOthers, setEndOthers] = useState(true)
  const [codes, setCodes] = useState<string[] | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const asksPassword = first && (password !== '' || problem?.code === 'password.required' || problem?.code === 'password.wrong')

  async function add(event: FormEvent) {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    setProblem(null)
    try {
      const { options, ceremony } = await call<Begun>('POST', '/account/factors/passkeys/options', { body: password ? { password } : {} })
      const credential = await makePasskey(options)
      const said = await call<{ recoveryCodes: string[] | null }>('POST', '/account/factors/passkeys', { body: { credential, ceremony, label, endOthers } })
      for (const queryKey of [['factors'], ['session'], ['own-sessions']]) void client.invalidateQueries({ queryKey })
      if (said.recoveryCodes) return setCodes(said.recoveryCodes)
      toast('The passkey was added.')
      onClose()
    } catch (error) {
      const refused = problemOf(error)
      if (refused.code !== 'step_up.required') setProblem(refused)
    } finally {
      setBusy(false)
    }
  }

  if (codes) {
    return (
      <Dialog title="Keep these recovery codes" open size="l" dismissable={false} onClose={() => undefined}>
        <p className="soft">Each signs you in once when your passkey is not at hand. They are shown now and never again.</p>
        <RecoveryCodes codes={codes} />
        <div className="row-end"><Button look="main" onPress={onClose}>I have kept them</Button></div>
      </Dialog>
    )
  }
  const atPassword = problem?.code === 'password.wrong' ? { message: problem.detail } : undefined
  return (
    <Dialog title="Add a passkey" open onClose={onClose}>
      <form className="stack" onSubmit={(event) => void add(event)} noValidate>
        {problem && !atPassword && problem.code !== 'password.required' && <ProblemNote problem={problem} />}
        <p className="soft">Your browser will offer this device, your phone or a security key.</p>
        <TextField label="Name" value={label} onChange={setLabel} maxLength={60} autoFocus autoComplete="off" help="So that you know it in the list, such as “Work laptop”. You may leave it empty." />
        {asksPassword && <SecretField label="Your password, again" name="password" autoComplete="current-password" autoFocus value={password} onChange={setPassword} fault={atPassword} />}
        <EndOthers value={endOthers} onChange={setEndOthers} />
        <div className="row-end">
          <Button onPress={onClose}>Cancel</Button>
          <Button look="main" type="submit" pending={busy}>Add it</Button>
        </div>
      </form>
    </Dialog>
  )
}
