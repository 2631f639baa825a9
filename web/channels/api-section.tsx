// The page of a channel of the kind API: what it is for, how a program begins a conversation in it, and its name.
import { Link } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { Button } from '../controls/button.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { TextField } from '../controls/text-field.tsx'
import { useBrand } from '../session/session.ts'
import { useAct, type Channel } from './channel.ts'
import { Copied } from './embed-section.tsx'

export function ApiSections({ channel, origin, mayChange }: { channel: Channel; origin: string; mayChange: boolean }) {
  return (
    <>
      <Beginning id={channel.id} origin={origin} />
      {mayChange && <Name key={channel.name} channel={channel} />}
    </>
  )
}

function Beginning({ id, origin }: { id: string; origin: string }) {
  const brand = useBrand()
  const example = `curl -H "Authorization: Bearer $PORTCULLIS_KEY" -H 'Content-Type: application/json' \\\n  -d '{"channel":"${id}","customer":{"name":"Ada","externalId":"c-17"},"text":"Where is my parcel?"}' \\\n  ${origin}/api/v1/conversations`
  return (
    <section className="card channel-part" aria-labelledby="begin">
      <div className="account-head">
        <h2 id="begin">How a program begins a conversation</h2>
        <p className="soft small">For a shop, a form or a phone system of yours: the program stands between the customer and your team, says what the customer said, and fetches the answers.</p>
      </div>
      <div className="stack">
        <p>It needs a key with the scope <span className="mono">conversations:write</span>, made under <Link to="/b/$brand/settings/api-keys" params={{ brand }}>API keys</Link>. Then it asks:</p>
        <Copied label="A conversation begins" text={example} />
        <p className="small soft">What the customer says next goes to <span className="mono break">/api/v1/conversations/…/messages</span> with <span className="mono">"as":"customer"</span>. Answers of your team are read from there, or told to a webhook. Every field stands in the <a href="/api/v1/docs" target="_blank" rel="noreferrer">description of the API</a>.</p>
        <p className="small soft">Nothing that a program says of a customer is shown as verified: only signed tickets prove who somebody is.</p>
      </div>
    </section>
  )
}

function Name({ channel }: { channel: Channel }) {
  const [name, setName] = useState(channel.name)
  const act = useAct('channels')
  function submit(event: FormEvent) {
    event.preventDefault()
    void act.run('PATCH', `/channels/${encodeURIComponent(channel.id)}`, { name }, 'Saved.')
  }
  return (
    <section className="card channel-part" aria-labelledby="name">
      <div className="account-head"><h2 id="name">Name</h2></div>
      <form className="stack" onSubmit={submit} noValidate>
        {act.problem && !act.problem.faults?.length && <ProblemNote problem={act.problem} />}
        <NameField value={name} onChange={setName} fault={act.problem?.faults?.find(({ path }) => path === 'name')} />
        <div className="row"><Button look="main" type="submit" isDisabled={name === channel.name} pending={act.busy}>{act.busy ? 'Saving…' : 'Save'}</Button></div>
      </form>
    </section>
  )
}

export function NameField({ value, onChange, fault }: { value: string; onChange: (name: string) => void; fault: { message: string } | undefined }) {
  return <TextField label="Name" value={value} onChange={onChange} fault={fault} help="For your team, such as Orders: customers do not see it." autoComplete="off" />
}
