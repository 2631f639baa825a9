// Makes or changes a webhook; a new one shows its secret this once.
import { useState, type FormEvent } from 'react'
import { Button } from '../controls/button.tsx'
import { CopyButton } from '../controls/copy-button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { FaultLine } from '../controls/fault-line.tsx'
import { useFirstFault } from '../controls/first-fault.ts'
import { Note, ProblemNote } from '../controls/note.tsx'
import { TextField } from '../controls/text-field.tsx'
import { Tick, Toggle } from '../controls/ticks.tsx'
import { useAct } from '../channels/channel.ts'
import { ChannelChoice } from './channel-choice.tsx'
import { pathOf, type Webhook } from './webhook.ts'

const noFaults: never[] = []
const unchosen = { path: 'channels', code: 'webhook.channels', message: 'Tick at least one channel, or choose every channel.' }

interface Props { hook: Webhook | null; events: readonly { type: string; label: string }[]; onClose: () => void }

export function WebhookDialog({ hook, events, onClose }: Props) {
  const act = useAct('webhooks')
  const [name, setName] = useState(hook?.name ?? '')
  const [url, setUrl] = useState(hook?.url ?? '')
  const [chosen, setChosen] = useState<readonly string[]>(hook?.events ?? ['conversation.created', 'conversation.solved', 'message.created'])
  const [channels, setChannels] = useState<readonly string[] | null>(hook?.channels ?? null)
  /** "Some" with none ticked is no answer yet. */
  const [noneChosen, setNoneChosen] = useState(false)
  const [includeText, setIncludeText] = useState(hook?.includeText ?? false)
  const [secret, setSecret] = useState<string | null>(null)
  const faults = act.problem?.faults ?? noFaults
  const area = useFirstFault<HTMLFormElement>(faults)
  const wrongEvents = faults.find(({ path }) => path.startsWith('events'))

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (channels?.length === 0) {
      act.forget()
      return setNoneChosen(true)
    }
    const body = { name: name.trim(), url: url.trim(), events: chosen, channels, includeText }
    const done = hook ? await act.run('PATCH', pathOf(hook.id), body, 'The webhook is saved.') : await act.run<{ secret: string }>('POST', '/webhooks', body, '')
    if (!done) return
    if (hook) onClose()
    else setSecret((done.answer as { secret: string }).secret)
  }
  if (secret) return <SecretShown secret={secret} onClose={onClose} />
  return (
    <Dialog title={hook ? 'Change the webhook' : 'A new webhook'} open onClose={onClose} size="l">
      <form className="stack" onSubmit={(event) => void submit(event)} noValidate ref={area}>
        {act.problem && !act.problem.faults?.length && <ProblemNote problem={act.problem} />}
        <TextField label="Name" value={name} onChange={setName} fault={faults.find(({ path }) => path === 'name')} autoComplete="off" maxLength={80} />
        <TextField label="Address" type="url" value={url} onChange={setUrl} fault={faults.find(({ path }) => path === 'url')} help="https, port 443 or 8443, reachable from the internet." autoComplete="off" placeholder="https://hooks.example/portcullis" />
        <fieldset className="hook-events">
          <legend className="field-label">What it hears</legend>
          {events.map(({ type, label }) => (
            <Tick key={type} isSelected={chosen.includes(type)} onChange={(on) => setChosen(on ? [...chosen, type] : chosen.filter((one) => one !== type))}>{label}<span className="field-help mono hook-block">{type}</span></Tick>
          ))}
          {wrongEvents && <FaultLine fault={wrongEvents} />}
        </fieldset>
        <ChannelChoice chosen={channels} onChange={(next) => { setChannels(next); setNoneChosen(false) }} fault={noneChosen ? unchosen : faults.find(({ path }) => path.startsWith('channels'))} />
        <Toggle isSelected={includeText} onChange={setIncludeText}>Send along what was written<span className="field-help hook-block">Otherwise ids alone leave this server. What was removed or erased meanwhile is never sent.</span></Toggle>
        <div className="row-end">
          <Button onPress={onClose}>Cancel</Button>
          <Button look="main" type="submit" pending={act.busy}>{hook ? 'Save' : 'Make the webhook'}</Button>
        </div>
      </form>
    </Dialog>
  )
}

export function SecretShown({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <Dialog title="Its secret" open onClose={onClose} size="l" dismissable={false}>
      <Note tone="warning" title="It is shown only now">With it your server checks that an event comes from here. Copy it to where your server keeps its secrets.</Note>
      <div className="hook-secret"><bdi className="mono break" dir="ltr">{secret}</bdi><CopyButton text={secret} label="Copy the secret">Copy</CopyButton></div>
      <div className="row-end"><Button look="main" onPress={onClose}>I have copied it</Button></div>
    </Dialog>
  )
}
