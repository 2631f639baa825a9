// Makes an API key: a name, what it may do, and until when; then the key itself, shown this once.
import { useId, useState, type FormEvent } from 'react'
import { Button } from '../controls/button.tsx'
import { CopyButton } from '../controls/copy-button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { FaultLine } from '../controls/fault-line.tsx'
import { useFirstFault } from '../controls/first-fault.ts'
import { Note, ProblemNote } from '../controls/note.tsx'
import { TextField } from '../controls/text-field.tsx'
import { Tick } from '../controls/ticks.tsx'
import { useAct } from '../channels/channel.ts'
import { scopeWords, type ApiKey } from './api-key.ts'

const noFaults: never[] = []
const write = 'tickets:write'
const override = 'tickets:override'

/** The end of that day where the reader is, ms; null for none. */
const endOf = (day: string): number | null => (day === '' ? null : new Date(`${day}T23:59:59`).getTime())

export function MakeKeyDialog({ onClose }: { onClose: () => void }) {
  const id = useId()
  const act = useAct('api-keys')
  const [name, setName] = useState('')
  const [overrides, setOverrides] = useState(false)
  const [until, setUntil] = useState('')
  const [secret, setSecret] = useState<string | null>(null)
  const faults = act.problem?.faults ?? noFaults
  const area = useFirstFault<HTMLFormElement>(faults)
  const wrongScopes = faults.find(({ path }) => path === 'scopes')

  async function submit(event: FormEvent) {
    event.preventDefault()
    const made = await act.run<{ key: ApiKey; secret: string }>('POST', '/api-keys', { name: name.trim(), scopes: overrides ? [write, override] : [write], expiresAt: endOf(until) }, '')
    if (made) setSecret(made.answer.secret)
  }
  if (secret !== null) {
    return (
      <Dialog title="The new key" open onClose={onClose} size="l" dismissable={false}>
        <Note tone="warning" title="It is shown only now">Copy it to where your server keeps its secrets. Nobody can show it again; whoever has it may do what it may do.</Note>
        <div className="key-shown">
          <bdi className="mono break" dir="ltr">{secret}</bdi>
          <CopyButton text={secret} label="Copy the key">Copy</CopyButton>
        </div>
        <div className="row-end"><Button look="main" onPress={onClose}>I have copied it</Button></div>
      </Dialog>
    )
  }
  return (
    <Dialog title="A new API key" open onClose={onClose} size="l">
      <form className="stack" onSubmit={(event) => void submit(event)} noValidate ref={area}>
        {act.problem && !act.problem.faults?.length && <ProblemNote problem={act.problem} />}
        <TextField label="Name" value={name} onChange={setName} fault={faults.find(({ path }) => path === 'name')} help="What uses it, such as “web shop”." autoComplete="off" />
        <fieldset className="key-scopes">
          <legend className="field-label">What it may do</legend>
          <Tick isSelected isReadOnly><Words scope={write} /></Tick>
          <Tick isSelected={overrides} onChange={setOverrides}><Words scope={override} /></Tick>
          {wrongScopes && <FaultLine fault={wrongScopes} />}
        </fieldset>
        <TextField id={id} type="date" label="Works until (optional)" value={until} onChange={setUntil} fault={faults.find(({ path }) => path === 'expiresAt')} help="The end of that day. Without one it works until it is revoked." />
        <div className="row-end">
          <Button onPress={onClose}>Cancel</Button>
          <Button look="main" type="submit" pending={act.busy}>{act.busy ? 'Making…' : 'Make the key'}</Button>
        </div>
      </form>
    </Dialog>
  )
}

function Words({ scope }: { scope: string }) {
  return <>{scopeWords[scope]?.label}<span className="field-help key-block">{scopeWords[scope]?.help}</span></>
}
