// Makes a channel of a kind: a chat with what it says first, mail with its addresses, or a door for programs. The rest is set on its own page afterwards.
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
import { NameField } from './api-section.tsx'
import { type Kind, kinds } from './kind.ts'
import { blankLook, LookForm } from './look-form.tsx'

const noFaults: never[] = []

export function MakeDialog({ brand, onClose }: { brand: string; onClose: () => void }) {
  const go = useNavigate()
  const act = useAct('channels')
  const [value, setValue] = useState<Look>(blankLook)
  const [kind, setKind] = useState<Kind>('chat')
  const [mail, setMail] = useState(blankMail)
  const faults = act.problem?.faults ?? noFaults
  const area = useFirstFault<HTMLFormElement>(faults)

  async function submit(event: FormEvent) {
    event.preventDefault()
    const make = {
      chat: () => act.run<Channel>('POST', '/channels', value, 'The channel is made. Name the sites it may open on next.'),
      email: () => act.run<MailChannel>('POST', '/mail-channels', fieldsOf(mail), 'The channel is made. Its page says how mail reaches it.'),
      api: () => act.run<Channel>('POST', '/channels', { kind, name: value.name }, 'The channel is made. Its page says how a program begins a conversation.'),
    }
    const made = await make[kind]()
    if (!made) return
    onClose()
    void go({ to: '/b/$brand/settings/channels/$id', params: { brand, id: made.answer.id } })
  }
  return (
    <Dialog title="A new channel" open onClose={onClose} size="l">
      <Radios aria-label="How customers write" value={kind} onChange={(next) => { setKind(next as Kind); act.forget() }} options={Object.entries(kinds).map(([of, { label, help }]) => ({ value: of, label, help }))} />
      <form className="stack" onSubmit={(event) => void submit(event)} noValidate ref={area}>
        {act.problem && !act.problem.faults?.length && <ProblemNote problem={act.problem} />}
        {kind === 'chat' && <LookForm value={value} onChange={setValue} faults={faults} />}
        {kind === 'email' && <MailForm value={mail} onChange={setMail} faults={faults} />}
        {kind === 'api' && <NameField value={value.name} onChange={(name) => setValue({ ...value, name })} fault={faults.find(({ path }) => path === 'name')} />}
        <div className="row-end">
          <Button onPress={onClose}>Cancel</Button>
          <Button look="main" type="submit" pending={act.busy}>{act.busy ? 'Making…' : 'Make the channel'}</Button>
        </div>
      </form>
    </Dialog>
  )
}
