// Settings → Requests to forward: what agents ask for, allowed with a code for one address of one conversation until a date, or not.
import { queryOptions, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type SyntheticEvent } from 'react'
import './exceptions.css'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { Note, ProblemNote } from '../controls/note.tsx'
import { TextField } from '../controls/text-field.tsx'
import { instantOf } from '../controls/words.ts'
import type { Exception } from '../forward/forward.ts'
import { call } from '../http/api.ts'
import { faultAt, problemOf } from '../http/problem.ts'
import { useAct } from '../privacy-acts/act.ts'
import { useBrand, useSession } from '../session/session.ts'
import { Icon } from '../shell/icon.tsx'
import { Failed, Page } from '../shell/page.tsx'

type Request = Exception & { number: number }
const dayMs = 86_400_000
const exceptionsQuery = queryOptions({ queryKey: ['exceptions'], queryFn: () => call<{ exceptions: Request[] }>('GET', '/exceptions') })

export function Exceptions() {
  const brand = useBrand()
  const { agent } = useSession()
  const admin = agent.role === 'admin'
  const found = useQuery({ ...exceptionsQuery, enabled: admin })
  const [allowing, allow] = useState<Request | null>(null)
  if (!admin) return <Page title="Requests to forward" settingsOf={brand}><Note tone="warning" title="Not your right">Only an administrator answers these requests.</Note></Page>
  const all = found.data?.exceptions ?? []
  const asked = all.filter(({ state }) => state === 'asked')
  const allowed = all.filter(({ state }) => state === 'allowed')
  return (
    <Page title="Requests to forward" lead="Agents ask here when a conversation may not be forwarded to an address. You allow one address for one conversation, until a date." settingsOf={brand} width="m">
      {found.error && <Failed problem={problemOf(found.error)} onAgain={() => void found.refetch()} />}
      {found.isPending && <div className="pulse" style={{ blockSize: '10rem' }} role="status" aria-label="Loading" />}
      {found.data && asked.length === 0 && <div className="empty card"><Icon name="forward" size={40} /><h2>Nobody is waiting</h2><p className="soft">A request stands here from the moment an agent asks.</p></div>}
      {asked.length > 0 && <section className="stack-s" aria-labelledby="asked"><h2 id="asked">Waiting for your answer</h2><ul className="card exception-list">{asked.map((one) => <Asked key={one.id} request={one} brand={brand} onAllow={() => allow(one)} />)}</ul></section>}
      {allowed.length > 0 && <section className="stack-s" aria-labelledby="allowed"><h2 id="allowed">Allowed now</h2><ul className="card exception-list">{allowed.map((one) => <Allowed key={one.id} request={one} brand={brand} />)}</ul></section>}
      {allowing && <AllowDialog request={allowing} onClose={() => allow(null)} />}
    </Page>
  )
}

function About({ request, brand }: { request: Request; brand: string }) {
  return (
    <>
      <p className="break"><strong><bdi>{request.address}</bdi></strong> <span className="soft">for <Link to="/b/$brand/inbox/$conversation" params={{ brand, conversation: request.conversationId }} search={{}}>conversation #{request.number}</Link></span></p>
      <p className="break" dir="auto">{request.reason}</p>
    </>
  )
}

function Asked({ request, brand, onAllow }: { request: Request; brand: string; onAllow: () => void }) {
  const act = useAct()
  const refuse = () => act.run(() => call('POST', `/exceptions/${encodeURIComponent(request.id)}/decision`, { body: { until: null } }), 'It was not allowed.')
  return (
    <li>
      <div className="grow stack-s">
        <About request={request} brand={brand} />
        <p className="small soft"><bdi>{request.askedByName}</bdi>, {instantOf(request.askedAt)}</p>
        {act.problem && <ProblemNote problem={act.problem} />}
      </div>
      <div className="row"><Button size="s" look="main" aria-label={`Allow ${request.address}`} onPress={onAllow}>Allow…</Button><Button size="s" aria-label={`Do not allow ${request.address}`} pending={act.busy} onPress={() => void refuse()}>Do not allow</Button></div>
    </li>
  )
}

function Allowed({ request, brand }: { request: Request; brand: string }) {
  const act = useAct()
  const withdraw = () => act.run(() => call('POST', `/exceptions/${encodeURIComponent(request.id)}/withdraw`, { body: {} }), 'It was taken back; it holds at once.')
  return (
    <li>
      <div className="grow stack-s">
        <About request={request} brand={brand} />
        <p className="small soft">Until {instantOf(request.until ?? 0)}, by <bdi>{request.decidedByName}</bdi></p>
        {act.problem && <ProblemNote problem={act.problem} />}
      </div>
      <Button size="s" look="danger" aria-label={`Take back ${request.address}`} pending={act.busy} onPress={() => void withdraw()}>Take back</Button>
    </li>
  )
}

function AllowDialog({ request, onClose }: { request: Request; onClose: () => void }) {
  const act = useAct()
  const { skew } = useSession()
  const [day, setDay] = useState(() => new Date(Date.now() + skew + 7 * dayMs).toISOString().slice(0, 10))
  const fault = faultAt(act.problem?.faults, 'until')
  async function allow(event: SyntheticEvent) {
    event.preventDefault()
    // to the end of that day, as the reader's own clock has it
    const until = new Date(`${day}T23:59:59`).getTime()
    if (await act.run(() => call('POST', `/exceptions/${encodeURIComponent(request.id)}/decision`, { body: { until } }), `Conversation #${request.number} may be forwarded to ${request.address}.`)) onClose()
  }
  return (
    <Dialog title={`Allow ${request.address}?`} open onClose={onClose}>
      <form className="stack" onSubmit={(event) => void allow(event)}>
        <p>Conversation #{request.number}, and no other, may be forwarded to <bdi>{request.address}</bdi>. It ends by itself, and you can take it back at any time. It needs a fresh code from you.</p>
        <TextField label="Until the end of" name="exception-until" type="date" required value={day} onChange={setDay} fault={fault} help="At most 90 days ahead." />
        {act.problem && !fault && <ProblemNote problem={act.problem} />}
        <div className="row-end"><Button onPress={onClose}>Cancel</Button><Button look="main" type="submit" isDisabled={day === ''} pending={act.busy}>Allow</Button></div>
      </form>
    </Dialog>
  )
}
