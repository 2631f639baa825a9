// One channel: how to put it on a site, its look, the keys that sign its tickets, its settings, and the switch that turns it off.
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import '../account/account.css'
import './channels.css'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { useFirstFault } from '../controls/first-fault.ts'
import { Note, ProblemNote } from '../controls/note.tsx'
import { countOf, dayOf } from '../controls/words.ts'
import { problemOf } from '../http/problem.ts'
import { useBrand, useSession } from '../session/session.ts'
import { Icon } from '../shell/icon.tsx'
import { Failed, Page } from '../shell/page.tsx'
import { channelsQuery, useAct, type Channel, type Look } from './channel.ts'
import { ApiSections } from './api-section.tsx'
import { kinds } from './kind.ts'
import { ChannelState } from './channels.tsx'
import { EmbedSection } from './embed-section.tsx'
import { KeysSection } from './keys-section.tsx'
import { LookForm } from './look-form.tsx'
import { MailSections } from './mail-section.tsx'
import { Overrides } from './overrides.tsx'

export function ChannelPage() {
  const brand = useBrand()
  const { agent } = useSession()
  const id = useParams({ strict: false, select: (params) => (params as { id?: string }).id ?? '' })
  const found = useQuery(channelsQuery)
  const channel = found.data?.channels.find((one) => one.id === id)
  const mayChange = agent.capabilities.includes('manage_settings')
  return (
    <Page title={channel?.name ?? 'A channel'} width="m" lead={channel && kinds[channel.kind].lead} aside={channel && <span className="row"><ChannelState channel={channel} /></span>}>
      <Link className="crumb channel-crumb" to="/b/$brand/settings/channels" params={{ brand }}><span className="flip"><Icon name="back" size={16} /></span>Channels</Link>
      {found.error && <Failed problem={problemOf(found.error)} onAgain={() => void found.refetch()} />}
      {found.isPending && <div className="pulse" style={{ blockSize: '18rem' }} role="status" aria-label="Loading" />}
      {found.data && !channel && <Note tone="warning" title="No such channel">It is not here any more; the list of channels shows those there are.</Note>}
      {found.data && channel && (
        <>
          {!channel.enabled && <Off channel={channel} mayChange={mayChange} />}
          {channel.kind === 'api' && <ApiSections channel={channel} origin={found.data.origin} mayChange={mayChange} />}
          {channel.kind === 'email' && <MailSections id={channel.id} mayChange={mayChange} />}
          {channel.kind === 'chat' && <EmbedSection channel={channel} origin={found.data.origin} />}
          {channel.kind === 'chat' && <LookSection key={`${channel.name} ${channel.title} ${channel.greeting} ${channel.awayText} ${channel.colour}`} channel={channel} mayChange={mayChange} />}
          {mayChange && channel.kind === 'chat' && <KeysSection channel={channel} />}
          {mayChange && channel.enabled && <SwitchOff channel={channel} />}
          <Overrides key={channel.id} channelId={channel.id} kind={channel.kind} />
        </>
      )}
    </Page>
  )
}

const noFaults: never[] = []

function LookSection({ channel, mayChange }: { channel: Channel; mayChange: boolean }) {
  const { name, title, greeting, awayText, colour } = channel
  const before: Look = { name, title, greeting, awayText, colour }
  const act = useAct('channels')
  const [value, setValue] = useState(before)
  const faults = act.problem?.faults ?? noFaults
  const area = useFirstFault<HTMLFormElement>(faults)
  const changes = Object.fromEntries(Object.entries(value).filter(([field, text]) => text !== before[field as keyof Look]))
  const changed = Object.keys(changes).length > 0

  function submit(event: FormEvent) {
    event.preventDefault()
    void act.run('PATCH', `/channels/${encodeURIComponent(channel.id)}`, changes, 'Saved. Chats that open from now on show it.')
  }
  return (
    <section className="card channel-part" aria-labelledby="look">
      <div className="account-head">
        <h2 id="look">Look and words</h2>
        <p className="soft small">What the chat is called, what it says first, and its colour.</p>
      </div>
      <form className="stack" onSubmit={submit} noValidate ref={area}>
        {act.problem && !act.problem.faults?.length && <ProblemNote problem={act.problem} />}
        <LookForm value={value} onChange={setValue} faults={faults} disabled={!mayChange} />
        {mayChange && (
          <div className="row">
            <Button look="main" type="submit" isDisabled={!changed} pending={act.busy}>{act.busy ? 'Saving…' : 'Save'}</Button>
            {changed && <Button onPress={() => { setValue(before); act.forget() }}>Undo</Button>}
          </div>
        )}
      </form>
    </section>
  )
}

function Off({ channel, mayChange }: { channel: Channel; mayChange: boolean }) {
  const act = useAct('channels')
  return (
    <Note tone="warning" title={`Switched off${channel.disabledAt ? ` on ${dayOf(channel.disabledAt)}` : ''}`}>
      <div className="stack-s">
        <p>{kinds[channel.kind].off} Conversations stay in the inbox.</p>
        {act.problem && <ProblemNote problem={act.problem} />}
        {mayChange && <div><Button pending={act.busy} onPress={() => void act.run('PATCH', `/channels/${encodeURIComponent(channel.id)}`, { enabled: true }, `${channel.name} is on again.`)}>Switch on again</Button></div>}
      </div>
    </Note>
  )
}

function SwitchOff({ channel }: { channel: Channel }) {
  const [open, setOpen] = useState(false)
  const act = useAct('channels')
  async function off() {
    if (await act.run('PATCH', `/channels/${encodeURIComponent(channel.id)}`, { enabled: false }, `${channel.name} is off.`)) setOpen(false)
  }
  return (
    <section className="card channel-part" aria-labelledby="off">
      <div className="account-head"><h2 id="off">Switch off</h2></div>
      <div className="apart">
        <p className="soft">{kinds[channel.kind].whenOff} Nothing is deleted, and you can switch it on again.</p>
        <Button look="danger" onPress={() => setOpen(true)}>Switch off</Button>
      </div>
      <Dialog title={`Switch off ${channel.name}?`} role="alertdialog" open={open} onClose={() => setOpen(false)}>
        {channel.kind === 'api'
          ? <p>Programs are told so, and can begin conversations again when you switch it on.</p>
          : <p>{channel.kind === 'email' ? 'Senders are told that nobody receives there.' : channel.openChats === 0 ? 'No chat is open right now.' : <><strong>{countOf(channel.openChats, 'open chat')} will close</strong> at once.</>} Customers cannot write here until you switch it on again.</p>}
        {act.problem && <ProblemNote problem={act.problem} />}
        <div className="row-end">
          <Button onPress={() => setOpen(false)}>Cancel</Button>
          <Button look="danger" pending={act.busy} onPress={() => void off()}>Switch off</Button>
        </div>
      </Dialog>
    </section>
  )
}
