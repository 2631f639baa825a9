// The page of a channel of mail: how to let mail reach it, what came in, its form, and the switch that turns it off.
import { useQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { Button } from '../controls/button.tsx'
import { CopyButton } from '../controls/copy-button.tsx'
import { useFirstFault } from '../controls/first-fault.ts'
import { Note, ProblemNote } from '../controls/note.tsx'
import { countOf, instantOf } from '../controls/words.ts'
import { problemOf } from '../http/problem.ts'
import { Failed } from '../shell/page.tsx'
import { useAct } from './channel.ts'
import { draftOf, fieldsOf, mailChannelQuery, type MailChannel } from './mail-channel.ts'
import { MailForm } from './mail-form.tsx'

export function MailSections({ id, mayChange }: { id: string; mayChange: boolean }) {
  const found = useQuery({ ...mailChannelQuery(id), enabled: mayChange })
  if (!mayChange) return <p className="soft">Only who may manage settings sees how mail reaches this channel.</p>
  if (found.error) return <Failed problem={problemOf(found.error)} onAgain={() => void found.refetch()} />
  if (!found.data) return <div className="pulse" style={{ blockSize: '14rem' }} role="status" aria-label="Loading" />
  return (
    <>
      <Reaching channel={found.data} />
      <FormSection key={JSON.stringify(draftOf(found.data))} channel={found.data} />
    </>
  )
}

function Reaching({ channel }: { channel: MailChannel }) {
  const { listener, received, mailbox } = channel
  const domain = (channel.senderAddress.split('@')[1] ?? 'example.com')
  return (
    <section className="card channel-part" aria-labelledby="reach">
      <div className="account-head">
        <h2 id="reach">How mail reaches it</h2>
        <p className="soft small">{received.filed === 0 ? 'Nothing came in during the last 24 hours.' : `${countOf(received.filed, 'mail')} came in during the last 24 hours.`}{received.waiting > 0 && ` ${countOf(received.waiting, 'mail')} wait to be read.`}{received.ignored > 0 && ` ${countOf(received.ignored, 'mail')} were put aside: our own that came back, or reports of others.`}</p>
      </div>
      <div className="stack">
        {mailbox && (channel.fault
          ? <Note tone="warning" title="The mailbox could not be read">{channel.fault}</Note>
          : <p>The mailbox of <bdi className="mono">{mailbox.user}</bdi> is read every half minute{channel.readAt ? `, last on ${instantOf(channel.readAt)}` : ''}.</p>)}
        {channel.takesSmtp && (listener
          ? (
            <>
              <p>Forward mail for {channel.addresses.map((address, place) => <span key={address}>{place > 0 && ', '}<bdi className="mono">{address}</bdi></span>)} to this server by SMTP, or let the MX record of its domain point here:</p>
              <div className="snippet"><pre className="mono small" dir="ltr" tabIndex={0} role="group" aria-label="MX record">{`${(channel.addresses[0] ?? '').split('@')[1] ?? domain}.  MX  10  ${listener.host}.`}</pre><CopyButton text={`${domain}. MX 10 ${listener.host}.`} label="Copy the MX record">Copy</CopyButton></div>
              <p className="small soft">It listens on port {listener.port}{listener.encrypted ? ', with STARTTLS' : ', without encryption: set SMTP_LISTEN_CERT and SMTP_LISTEN_KEY'}. Other servers deliver to port 25: {listener.port === 25 ? 'it must be open in your firewall' : `lead port 25 to port ${listener.port}`}. Answers come back with something behind a plus in the address: your mail server must forward those too.</p>
            </>
          )
          : <Note tone="warning" title="This server takes no mail by SMTP yet">Set SMTP_LISTEN, for example to 0.0.0.0:25, and start it again; or read a mailbox below.</Note>)}
        <p className="small soft">So that answers from <bdi className="mono">{channel.senderAddress}</bdi> arrive, the domain <bdi className="mono">{domain}</bdi> must allow your outgoing mail server in its SPF record, and should sign with DKIM (DKIM_DOMAIN and its key).</p>
      </div>
    </section>
  )
}

const noFaults: never[] = []

function FormSection({ channel }: { channel: MailChannel }) {
  const before = draftOf(channel)
  const [value, setValue] = useState(before)
  const act = useAct('channels', 'mail-channels')
  const faults = act.problem?.faults ?? noFaults
  const area = useFirstFault<HTMLFormElement>(faults)
  const changed = JSON.stringify(value) !== JSON.stringify(before)
  function submit(event: FormEvent) {
    event.preventDefault()
    void act.run('PATCH', `/mail-channels/${encodeURIComponent(channel.id)}`, fieldsOf(value), 'Saved. It holds for mail from now on.')
  }
  return (
    <section className="card channel-part" aria-labelledby="mail">
      <div className="account-head"><h2 id="mail">Addresses and sender</h2></div>
      <form className="stack" onSubmit={submit} noValidate ref={area}>
        {act.problem && !act.problem.faults?.length && <ProblemNote problem={act.problem} />}
        <MailForm value={value} onChange={setValue} faults={faults} hasPassword={channel.hasPassword} channel={channel.id} />
        <div className="row">
          <Button look="main" type="submit" isDisabled={!changed} pending={act.busy}>{act.busy ? 'Saving…' : 'Save'}</Button>
          {changed && <Button onPress={() => { setValue(before); act.forget() }}>Undo</Button>}
        </div>
      </form>
    </section>
  )
}
