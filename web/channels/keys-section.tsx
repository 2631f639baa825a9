// The public keys with which a site signs tickets for this channel: the list, adding one by pasting it, and revoking.
import { useQuery } from '@tanstack/react-query'
import { useId, useState, type FormEvent } from 'react'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { FaultLine } from '../controls/fault-line.tsx'
import { useFirstFault } from '../controls/first-fault.ts'
import { ProblemNote } from '../controls/note.tsx'
import { TextField } from '../controls/text-field.tsx'
import { Tick } from '../controls/ticks.tsx'
import { dayOf } from '../controls/words.ts'
import { problemOf } from '../http/problem.ts'
import { Icon } from '../shell/icon.tsx'
import { Failed } from '../shell/page.tsx'
import { keysQuery, useAct, type Channel, type TicketKey } from './channel.ts'

export function KeysSection({ channel }: { channel: Channel }) {
  const found = useQuery(keysQuery(channel.id))
  const [adding, setAdding] = useState(false)
  const [revoking, setRevoking] = useState<TicketKey | null>(null)
  const keys = found.data?.keys.filter(({ revokedAt }) => revokedAt === null) ?? []
  const gone = (found.data?.keys.length ?? 0) - keys.length
  return (
    <section className="card channel-part" aria-labelledby="keys">
      <div className="account-head">
        <h2 id="keys">Ticket keys</h2>
        <p className="soft small">With a ticket, a customer who is signed in on your site is known in the chat without identifying again. Your server signs it; here stands the public part of its key.</p>
      </div>
      <div className="stack">
        {found.error && <Failed problem={problemOf(found.error)} onAgain={() => void found.refetch()} />}
        {found.data && keys.length === 0 && <p className="soft">No key is registered: the chat takes no ticket that your site signs, only those an API key asks for.</p>}
        {keys.length > 0 && (
          <ul className="factor-list">
            {keys.map((key) => (
              <li key={key.id}>
                <Icon name="key" />
                <span className="grow">
                  <strong className="auto-dir break">{key.label}</strong> <span className="badge">{key.alg}</span>{key.mayOverride && <> <span className="badge" data-tone="warn">May change customers’ details</span></>}
                  <span className="small soft channel-block">Key id <bdi className="mono break">{key.id}</bdi> · added {dayOf(key.createdAt)}{key.createdBy && ` by ${key.createdBy}`}</span>
                </span>
                <Button size="s" aria-label={`Revoke ${key.label}`} onPress={() => setRevoking(key)}>Revoke</Button>
              </li>
            ))}
          </ul>
        )}
        {gone > 0 && <p className="small soft">{gone === 1 ? '1 key was revoked' : `${gone} keys were revoked`} before; the audit trail names them.</p>}
        <div><Button icon="plus" onPress={() => setAdding(true)}>Add a key</Button></div>
      </div>
      {adding && <AddDialog channel={channel} onClose={() => setAdding(false)} />}
      {revoking && <RevokeDialog channel={channel} ticketKey={revoking} onClose={() => setRevoking(null)} />}
    </section>
  )
}

const noFaults: never[] = []

function AddDialog({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const id = useId()
  const act = useAct('channels')
  const [label, setLabel] = useState('')
  const [key, setKey] = useState('')
  const [mayOverride, setMayOverride] = useState(false)
  const faults = act.problem?.faults ?? noFaults
  const area = useFirstFault<HTMLFormElement>(faults)
  const wrong = faults.find(({ path }) => path === 'key')

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (await act.run('POST', `/channels/${encodeURIComponent(channel.id)}/keys`, { label: label.trim(), key: key.trim(), mayOverride }, 'The key is registered. Tickets signed with it are taken from now on.')) onClose()
  }
  return (
    <Dialog title="Add a ticket key" open onClose={onClose} size="l">
      <form className="stack" onSubmit={(event) => void submit(event)} noValidate ref={area}>
        {act.problem && !act.problem.faults?.length && <ProblemNote problem={act.problem} />}
        <TextField label="Name" value={label} onChange={setLabel} fault={faults.find(({ path }) => path === 'label')} help="Which server signs with it, such as “shop, 2026”." autoComplete="off" />
        <div className="field">
          <label className="field-label" htmlFor={id}>Public key</label>
          <textarea className="input mono small key-text" dir="ltr" id={id} rows={6} spellCheck={false} autoComplete="off" value={key} onChange={(event) => setKey(event.target.value)} aria-invalid={wrong ? true : undefined} aria-describedby={`${id}-help${wrong ? ` ${id}-fault` : ''}`} />
          <div className="field-help" id={`${id}-help`}>Paste a JWK, or PEM that begins with “-----BEGIN PUBLIC KEY-----”: Ed25519 or P-256. Never the private part.</div>
          {wrong && <FaultLine fault={wrong} id={`${id}-fault`} />}
        </div>
        <Tick isSelected={mayOverride} onChange={setMayOverride}>Its tickets may change what is kept of a customer<span className="field-help channel-block">Otherwise a ticket fills in what is missing and changes nothing (<span className="mono">override_customer_details</span>).</span></Tick>
        <div className="row-end">
          <Button onPress={onClose}>Cancel</Button>
          <Button look="main" type="submit" pending={act.busy}>{act.busy ? 'Adding…' : 'Add the key'}</Button>
        </div>
      </form>
    </Dialog>
  )
}

function RevokeDialog({ channel, ticketKey, onClose }: { channel: Channel; ticketKey: TicketKey; onClose: () => void }) {
  const act = useAct('channels')
  async function revoke() {
    if (await act.run('DELETE', `/channels/${encodeURIComponent(channel.id)}/keys/${encodeURIComponent(ticketKey.id)}`, undefined, `${ticketKey.label} is revoked.`)) onClose()
  }
  return (
    <Dialog title={`Revoke ${ticketKey.label}?`} role="alertdialog" open onClose={onClose}>
      <p>Tickets signed with it are refused from now on. It cannot be undone; chats that were opened with such a ticket go on until they end.</p>
      {act.problem && <ProblemNote problem={act.problem} />}
      <div className="row-end">
        <Button onPress={onClose}>Cancel</Button>
        <Button look="danger" pending={act.busy} onPress={() => void revoke()}>Revoke</Button>
      </div>
    </Dialog>
  )
}
