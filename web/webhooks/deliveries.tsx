// The log of one webhook: what was sent, each try with its answer, and sending again.
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../controls/button.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { TextField } from '../controls/text-field.tsx'
import { instantOf } from '../controls/words.ts'
import { useAct } from '../channels/channel.ts'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import { Failed } from '../shell/page.tsx'
import { pathOf, type Delivery, type Webhook } from './webhook.ts'

interface LogPage { deliveries: Delivery[]; next: string | null }
const states = { delivered: { label: 'Delivered', tone: 'good' }, given_up: { label: 'Given up', tone: 'danger' }, waiting: { label: 'Waits', tone: 'warn' } } as const

export function Deliveries({ hook }: { hook: Webhook }) {
  const path = pathOf(hook.id)
  const act = useAct('webhooks')
  const [since, setSince] = useState('')
  const found = useInfiniteQuery({
    queryKey: ['webhooks', hook.id, 'log'],
    queryFn: ({ pageParam }) => call<LogPage>('GET', `${path}/deliveries${pageParam ? `?before=${pageParam}` : ''}`),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    staleTime: 0,
    refetchInterval: 5000,
  })
  const rows = found.data?.pages.flatMap((page) => page.deliveries) ?? []
  if (found.isPending) return <div className="pulse" style={{ blockSize: '4rem' }} role="status" aria-label="Loading" />
  if (found.error) return <Failed problem={problemOf(found.error)} onAgain={() => void found.refetch()} />
  return (
    <div className="stack">
      {act.problem && <ProblemNote problem={act.problem} />}
      <form className="row hook-since" onSubmit={(event) => { event.preventDefault(); if (since) void act.run('POST', `${path}/replay`, { since: new Date(since).toISOString() }, 'Everything since then is sent again.') }}>
        <TextField label="Send everything again since" type="datetime-local" value={since} onChange={setSince} fault={act.problem?.faults?.[0]} />
        <Button size="s" type="submit" pending={act.busy}>Send again</Button>
      </form>
      {rows.length === 0 && <p className="soft">Nothing was sent yet. It will stand here with each answer, for thirty days.</p>}
      <ul className="hook-log">
        {rows.map((one) => (
          <li key={one.id} className="stack-s">
            <div className="row">
              <span className="badge" data-tone={states[one.state].tone}>{states[one.state].label}</span>
              <strong className="mono small">{one.type}</strong>
              <span className="small soft nums">{instantOf(Date.parse(one.happenedAt))}</span>
              {one.type !== 'webhook.test' && <Button size="s" look="quiet" onPress={() => void act.run('POST', `${path}/deliveries/${one.id}/replay`, {}, 'It is sent again.').then(() => found.refetch())}>Send again</Button>}
            </div>
            {one.tries.slice(-3).map((turn) => (
              <p className="small soft" key={turn.at}>{instantOf(Date.parse(turn.at))}: {turn.status ?? 'no answer'} in {turn.ms} ms{turn.fault ? ` · ${turn.fault}` : ''}{turn.answer && <span className="hook-answer mono">{turn.answer}</span>}</p>
            ))}
            {one.nextTryAt && one.tries.length > 0 && <p className="small soft">Next try {instantOf(Date.parse(one.nextTryAt))}.</p>}
          </li>
        ))}
      </ul>
      {found.hasNextPage && <div><Button size="s" onPress={() => void found.fetchNextPage()}>Show more</Button></div>}
    </div>
  )
}
