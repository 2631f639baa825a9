// What takes something away from a person for good: their factors, their invitation, their account. Each is asked again before it is done.
import { useState } from 'react'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { Tick } from '../controls/ticks.tsx'
import { useAct } from './use-act.ts'
import type { User } from './user.ts'

type Asked = 'factors' | 'withdraw' | 'deactivate'

export function DangerSection({ user }: { user: User }) {
  const [asked, setAsked] = useState<Asked | null>(null)
  const invited = user.state === 'invited'
  return (
    <section className="card account-part users-danger" aria-labelledby="danger">
      <div className="account-head">
        <h2 id="danger">Danger zone</h2>
      </div>
      <div className="stack">
        {!invited && user.hasFactor && (
          <div className="apart">
            <p className="grow">Remove every second factor, for whoever has lost theirs. Ends all their sessions.</p>
            <Button look="danger" onPress={() => setAsked('factors')}>Remove the factors</Button>
          </div>
        )}
        <div className="apart">
          <p className="grow">{invited ? 'Take the invitation back. Its link opens nothing any more.' : 'Deactivate the account. Ends everything at once: sessions, links, codes, trusted devices.'}</p>
          <Button look="danger" onPress={() => setAsked(invited ? 'withdraw' : 'deactivate')}>{invited ? 'Withdraw the invitation' : 'Deactivate'}</Button>
        </div>
      </div>
      {asked && <Asking user={user} asked={asked} onClose={() => setAsked(null)} />}
    </section>
  )
}

function Asking({ user, asked, onClose }: { user: User; asked: Asked; onClose: () => void }) {
  const act = useAct(user.id)
  const [link, setLink] = useState(true)
  const words = {
    factors: { title: `Remove every factor of ${user.name}?`, text: 'Passkeys, authenticator apps, recovery codes and the verified phone go, and no device is trusted any more. All their sessions end.', button: 'Remove the factors', path: '/factors/reset', said: `${user.name} has no second factor any more.` },
    withdraw: { title: `Withdraw the invitation of ${user.name}?`, text: 'The link in the mail opens nothing any more. You can invite them again.', button: 'Withdraw', path: '/invitation/withdraw', said: 'The invitation is withdrawn.' },
    deactivate: { title: `Deactivate ${user.name}?`, text: 'They are out at once, on every device. Their name stays in the audit trail, and you can activate the account again.', button: 'Deactivate', path: '/deactivate', said: `${user.name} is deactivated.` },
  }[asked]
  async function go() {
    if (await act.run(words.path, asked === 'factors' ? { sendLink: link } : undefined, words.said)) onClose()
  }
  return (
    <Dialog title={words.title} open onClose={onClose} role="alertdialog">
      <p>{words.text}</p>
      {asked === 'factors' && <Tick isSelected={link} onChange={setLink}>Mail them a link to enrol a new one</Tick>}
      {act.problem && <ProblemNote problem={act.problem} />}
      <div className="row-end">
        <Button onPress={onClose}>Cancel</Button>
        <Button look="danger" pending={act.busy !== null} onPress={() => void go()}>{words.button}</Button>
      </div>
    </Dialog>
  )
}
