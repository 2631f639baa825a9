// Settings → Webhooks: where events are sent, how that goes, and what went wrong.
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import './webhooks.css'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { Note, ProblemNote } from '../controls/note.tsx'
import { countOf, instantOf } from '../controls/words.ts'
import { channelsQuery, useAct } from '../channels/channel.ts'
import { problemOf } from '../http/problem.ts'
import { useBrand } from '../session/session.ts'
import { Icon } from '../shell/icon.tsx'
import { Failed, Page } from '../shell/page.tsx'
import { Deliveries } from './deliveries.tsx'
import { SecretShown, WebhookDialog } from './webhook-dialog.tsx'
import { pathOf, webhooksQuery, type Tested, type Webhook } from './webhook.ts'

export function Webhooks() {
  const brand = useBrand()
  const found = useQuery(webhooksQuery)
  const [making, setMaking] = useState(false)
  const hooks = found.data?.webhooks
  return (
    <Page title="Webhooks" lead="Your own servers are told what happens here: each event is signed, tried again for three days, and kept in a log." settingsOf={brand} width="m"
      aside={hooks !== undefined && hooks.length > 0 && <Button look="main" icon="plus" onPress={() => setMaking(true)}>New webhook</Button>}>
      {found.error && <Failed problem={problemOf(found.error)} onAgain={() => void found.refetch()} />}
      {found.isPending && <div className="pulse" style={{ blockSize: '10rem' }} role="status" aria-label="Loading" />}
      {hooks?.length === 0 && (
        <div className="empty card">
          <Icon name="webhook" size={40} />
          <h2>No webhook yet</h2>
          <p className="soft">Name an https address of a server of yours, and which events it should hear.</p>
          <Button look="main" icon="plus" onPress={() => setMaking(true)}>Make a webhook</Button>
        </div>
      )}
      {hooks?.map((hook) => <Card key={hook.id} hook={hook} labels={found.data?.events ?? []} />)}
      {making && <WebhookDialog hook={null} events={found.data?.events ?? []} onClose={() => setMaking(false)} />}
    </Page>
  )
}

const offWords = { person: 'Switched off.', failing: 'Switched off by itself: for three days nothing could be delivered.', gone: 'Switched off by itself: its receiver answered that it is gone.' }

function Card({ hook, labels }: { hook: Webhook; labels: { type: string; label: string }[] }) {
  const act = useAct('webhooks')
  const channels = useQuery({ ...channelsQuery, enabled: hook.channels !== null }).data?.channels ?? []
  const [open, setOpen] = useState<'edit' | 'remove' | null>(null)
  const [log, showLog] = useState(false)
  const [tested, setTested] = useState<Tested | null>(null)
  const [secret, setSecret] = useState<string | null>(null)
  const path = pathOf(hook.id)

  async function test() {
    setTested(null)
    const done = await act.run<Tested>('POST', `${path}/test`, {}, '')
    if (done) setTested(done.answer)
  }
  async function rotate() {
    const done = await act.run<{ secret: string }>('POST', `${path}/secret`, {}, '')
    if (done) setSecret(done.answer.secret)
  }
  return (
    <section className="card hook" aria-label={hook.name}>
      <header className="hook-head">
        <div className="grow stack-s">
          <div className="row">
            <h2 className="auto-dir break">{hook.name}</h2>
            {hook.enabled ? hook.failingSince ? <span className="badge" data-tone="warn">Failing</span> : <span className="badge" data-tone="good">On</span> : <span className="badge">Off</span>}
          </div>
          <p className="mono small break" dir="ltr">{hook.url}</p>
          <p className="small soft">{hook.events.map((type) => labels.find((one) => one.type === type)?.label ?? type).join(' · ')}{hook.includeText ? ' · with what was written' : ''}</p>
          {hook.channels && <p className="small soft">Of {countOf(hook.channels.length, 'channel')} only: {hook.channels.map((id) => channels.find((one) => one.id === id)?.name ?? 'one that is not there any more').join(', ')}</p>}
        </div>
      </header>
      {hook.disabledWhy && hook.disabledWhy !== 'person' && <Note tone="warning">{offWords[hook.disabledWhy]} Mend its receiver, switch it on, and have what it missed sent again from the log.</Note>}
      {hook.enabled && hook.failingSince && <Note tone="warning">Nothing was delivered since {instantOf(Date.parse(hook.failingSince))}. After three days it is switched off.</Note>}
      {hook.oldSecretUntil && <p className="small soft">The secret before this one counts until {instantOf(Date.parse(hook.oldSecretUntil))}.</p>}
      {act.problem && <ProblemNote problem={act.problem} />}
      {tested && <Note tone={tested.ok ? 'good' : 'danger'} live title={tested.ok ? `Delivered: ${tested.status} in ${tested.ms} ms` : 'The test event was not delivered'}>{tested.ok ? undefined : <>{tested.fault}{tested.answer && <pre className="hook-answer">{tested.answer}</pre>}</>}</Note>}
      <div className="row">
        <Button size="s" pending={act.busy} onPress={() => void test()}>Send a test event</Button>
        <Button size="s" onPress={() => showLog(!log)} aria-expanded={log}>{log ? 'Hide the log' : 'Log'}</Button>
        <Button size="s" onPress={() => setOpen('edit')}>Change</Button>
        <Button size="s" onPress={() => void rotate()}>New secret</Button>
        <Button size="s" onPress={() => void act.run('PATCH', path, { enabled: !hook.enabled }, hook.enabled ? `${hook.name} is off.` : `${hook.name} is on.`)}>{hook.enabled ? 'Switch off' : 'Switch on'}</Button>
        <Button size="s" look="danger" onPress={() => setOpen('remove')}>Remove</Button>
      </div>
      {log && <Deliveries hook={hook} />}
      {open === 'edit' && <WebhookDialog hook={hook} events={labels} onClose={() => setOpen(null)} />}
      {open === 'remove' && <RemoveDialog hook={hook} onClose={() => setOpen(null)} />}
      {secret && <SecretShown secret={secret} onClose={() => setSecret(null)} />}
    </section>
  )
}

function RemoveDialog({ hook, onClose }: { hook: Webhook; onClose: () => void }) {
  const act = useAct('webhooks')
  return (
    <Dialog title={`Remove ${hook.name}?`} role="alertdialog" open onClose={onClose}>
      <p>Nothing is sent there any more, and its log goes with it.</p>
      {act.problem && <ProblemNote problem={act.problem} />}
      <div className="row-end">
        <Button onPress={onClose}>Cancel</Button>
        <Button look="danger" pending={act.busy} onPress={() => void act.run('DELETE', pathOf(hook.id), undefined, `${hook.name} is removed.`).then((done) => { if (done) onClose() })}>Remove</Button>
      </div>
    </Dialog>
  )
}
