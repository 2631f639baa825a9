// Makes a channel: what it is called and says first; on which sites it opens is set on its own page afterwards.
import { useNavigate } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { useFirstFault } from '../controls/first-fault.ts'
import { ProblemNote } from '../controls/note.tsx'
import { useAct, type Channel, type Look } from './channel.ts'
import { Radios } from '../controls/ticks.tsx'
import { blankMail, fieldsOf, type MailChannel } from './mail-channel.ts'
import { MailForm } from './mail-form.tsx'
import { blankLook, LookForm } from './look-form.tsx'

const noFaults: never[] = []

export function MakeDialog({ brand, onClose }: { brand: string; onClose: () => void }) {
  const go = useNavigate()
  const act = useAct('channels')
  const [value, setValue] = useState<Look>(blankLook)
  const [kind, setKind] = useState<'chat' | 'email'>('chat')
  const [mail, setMail] = useState(blankMail)
  const faults = act.problem?.faults ?? noFaults
  const area = useFirstFault<HTMLFormElement>(faults)

  async function submit(event: FormEvent) {
    event.preventDefault()
    const made = kind === 'chat' ? await act.run<Channel>('POST', '/channels', value, 'The channel is made. Name the sites it may open on next.') : await act.run<MailChannel>('POST', '/mail-channels', fieldsOf(mail), 'The channel is made. Its page says how mail reaches it.')
    if (!made) return
    onClose()
    void go({ to: '/b/$brand/settings/channels/$id', params: { brand, id: made.answer.id } })
  }
  return (
    <Dialog title="A new channel" open onClose={onClose} size="l">
      <Radios aria-label="How customers write" value={kind} onChange={(next) => { setKind(next as 'chat' | 'email'); act.forget() }} options={[{ value: 'chat', label: 'Chat', help: 'On your own site, with one line of HTML.' }, { value: 'email', label: 'Email', help: 'Mail to your addresses, by SMTP or from a mailbox.' }]} />
      <form className="stack" onSubmit={(event) => void submit(event)} noValidate ref={area}>
        {act.problem && !act.problem.faults?.length && <ProblemNote problem={act.problem} />}
        {kind === 'chat' ? <LookForm value={value} onChange={setValue} faults={faults} /> : <MailForm value={mail} onChange={setMail} faults={faults} />}
        <div className="row-end">
          <Button onPress={onClose}>Cancel</Button>
          <Button look="main" type="submit" pending={act.busy}>{act.busy ? 'Making…' : 'Make the channel'}</Button>
        </div>
      </form>
    </Dialog>
  )
}
