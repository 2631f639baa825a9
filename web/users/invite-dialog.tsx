// Invites one person: their account is made, and a mailed link lets them choose a password and enrol a second factor.
import { useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { useFirstFault } from '../controls/first-fault.ts'
import { ProblemNote } from '../controls/note.tsx'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import type { Problem } from '../http/shapes.ts'
import { useSession } from '../session/session.ts'
import { toast } from '../shell/announce.ts'
import { useMailed } from '../shell/mailed.ts'
import { blank, PersonForm, type Written } from './person-form.tsx'
import type { User } from './user.ts'

const noFaults: never[] = []

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient()
  const mailed = useMailed()
  const { mailsKept } = useSession()
  const [value, setValue] = useState<Written>(blank)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const faults = problem?.faults ?? noFaults
  const area = useFirstFault<HTMLFormElement>(faults)

  async function submit(event: FormEvent) {
    event.preventDefault()
    setBusy(true)
    setProblem(null)
    try {
      const user = await call<User>('POST', '/users', { body: { ...value, email: value.email.trim(), name: value.name.trim() } })
      toast(mailed.to('An invitation', user.email))
      void client.invalidateQueries({ queryKey: ['users'] })
      onClose()
    } catch (error) {
      const found = problemOf(error)
      if (found.code !== 'step_up.required') setProblem(found)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog title="Invite somebody" open onClose={onClose} size="l">
      <form className="stack" onSubmit={submit} noValidate ref={area}>
        <p className="soft">{mailsKept ? 'No mail server is set: the mail to them is written to a file on the server. Its link works once, within 24 hours.' : 'They get a mail with a link that works once, within 24 hours.'}</p>
        {problem && !problem.faults?.length && <ProblemNote problem={problem} />}
        <PersonForm value={value} onChange={setValue} faults={faults} fresh />
        <div className="row-end">
          <Button onPress={onClose}>Cancel</Button>
          <Button look="main" type="submit" icon="mail" pending={busy}>{busy ? 'Inviting…' : 'Send the invitation'}</Button>
        </div>
      </form>
    </Dialog>
  )
}
