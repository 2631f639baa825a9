// The password: changed here, with the present one and a fresh code.
import { useState } from 'react'
import { Button } from '../controls/button.tsx'
import { Note } from '../controls/note.tsx'
import { lookupFailed } from '../password/breach-lookup.ts'
import { ChangeForm, type Changed } from '../password/change-form.tsx'
import { useSession } from '../session/session.ts'

export function PasswordSection() {
  const { agent } = useSession()
  const [editing, setEditing] = useState(false)
  const [changed, setChanged] = useState<Changed | null>(null)
  return (
    <section className="card account-part" aria-labelledby="password">
      <div className="account-head">
        <h2 id="password">Password</h2>
        <p className="soft small">A change ends your other sessions, and no device is trusted after it.</p>
      </div>
      <div className="stack">
        {changed?.breachLookup === 'failed' && <Note tone="warning" live>{lookupFailed}</Note>}
        {!agent.hasFactor && <p className="soft">To change it, add a second factor first: the change asks for a code.</p>}
        {!editing && <div><Button isDisabled={!agent.hasFactor} onPress={() => { setChanged(null); setEditing(true) }}>Change your password</Button></div>}
        {editing && (
          <ChangeForm email={agent.email} action="Change" onDone={(done) => { setChanged(done); setEditing(false) }}>
            <Button onPress={() => setEditing(false)}>Cancel</Button>
          </ChangeForm>
        )}
      </div>
    </section>
  )
}
