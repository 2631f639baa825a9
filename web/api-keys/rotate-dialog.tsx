// A new secret for a key, beside which the old one works for some days; and the end of a key.
import { useState, type FormEvent } from 'react'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { Radios } from '../controls/ticks.tsx'
import { useAct } from '../channels/channel.ts'
import { keyPath, type ApiKey } from './api-key.ts'
import { ShownOnce } from './shown-once.tsx'

const GRACE = [
  { value: '0', label: 'Ends at once', help: 'For a secret that somebody else may know.' },
  { value: '1', label: 'Works one day more' },
  { value: '7', label: 'Works 7 days more', help: 'Time to put the new one into every program.' },
  { value: '30', label: 'Works 30 days more' },
] as const

export function RotateDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const act = useAct('api-keys')
  const [grace, setGrace] = useState('7')
  const [secret, setSecret] = useState<string | null>(null)
  async function submit(event: FormEvent) {
    event.preventDefault()
    const done = await act.run<{ secret: string }>('POST', `${keyPath(apiKey)}/rotate`, { graceDays: Number(grace) }, '')
    if (done) setSecret(done.answer.secret)
  }
  if (secret !== null) return <ShownOnce title={`The new secret of ${apiKey.name}`} secret={secret} onClose={onClose} />
  return (
    <Dialog title={`A new secret for ${apiKey.name}`} open onClose={onClose}>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <p>Name, scopes and addresses stay. The new secret works at once.</p>
        {act.problem && <ProblemNote problem={act.problem} />}
        <div className="stack-s">
          <span className="field-label">The old secret</span>
          <Radios aria-label="The old secret" value={grace} onChange={setGrace} options={GRACE} />
        </div>
        <div className="row-end">
          <Button onPress={onClose}>Cancel</Button>
          <Button look="main" type="submit" pending={act.busy}>{act.busy ? 'Rotating…' : 'Rotate'}</Button>
        </div>
      </form>
    </Dialog>
  )
}

export function RevokeDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const act = useAct('api-keys')
  async function revoke() {
    if (await act.run('DELETE', keyPath(apiKey), undefined, `${apiKey.name} is revoked.`)) onClose()
  }
  return (
    <Dialog title={`Revoke ${apiKey.name}?`} role="alertdialog" open onClose={onClose}>
      <p>Whatever uses it is refused at its next request, with the access tokens it bought. It cannot be undone.</p>
      {act.problem && <ProblemNote problem={act.problem} />}
      <div className="row-end">
        <Button onPress={onClose}>Cancel</Button>
        <Button look="danger" pending={act.busy} onPress={() => void revoke()}>Revoke</Button>
      </div>
    </Dialog>
  )
}
