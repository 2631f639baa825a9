// All that is known of one row: the facts, the change, and for a refusal the setting behind it and where that came from.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CopyButton } from '../controls/copy-button.tsx'
import { Facts, type Fact } from '../controls/facts.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { instantOf, utcOf } from '../controls/words.ts'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import type { AuditRow } from '../http/shapes.ts'
import { ExplainLink } from '../session/explain-link.tsx'
import { useBrand, useSession } from '../session/session.ts'
import { originText } from '../settings/origin.ts'
import { factLabel, factText, isRefusal, valueText } from './audit-query.ts'
import { ActorName } from './row-table.tsx'

/** Facts that have a line of their own. */
const saidAbove: ReadonlySet<string> = new Set(['setting', 'origin', 'label'])

export function RowDetail({ id, known }: { id: string; known?: AuditRow }) {
  const brand = useBrand()
  const mayExplain = useSession().agent.capabilities.includes('manage_settings')
  const found = useQuery({ queryKey: ['audit', 'row', id], queryFn: () => call<AuditRow>('GET', `/audit/${encodeURIComponent(id)}`), staleTime: Infinity, retry: false })
  const row = found.data ?? known
  const problem = found.error ? problemOf(found.error) : null
  if (!row) return problem ? <ProblemNote problem={problem} /> : <div className="pulse" style={{ blockSize: '12rem' }} role="status" aria-label="Loading" />

  const facts: Fact[] = [
    { label: 'When', value: instantOf(row.at), help: utcOf(row.at) },
    { label: 'Who', value: <ActorName row={row} />, help: row.actor.id ? <span className="mono">{row.actor.kind} {row.actor.id}</span> : undefined },
    { label: 'Event', value: <span className="mono">{row.event}</span> },
    { label: 'Entity', value: row.entity.name ?? row.entity.id ?? row.entity.kind, help: row.entity.id && row.entity.name ? <span className="mono">{row.entity.kind} {row.entity.id}</span> : undefined },
  ]
  if (row.before !== undefined && row.before !== null) facts.push({ label: 'Before', value: valueText(row, row.before) })
  if (row.after !== undefined && row.after !== null) facts.push({ label: 'After', value: valueText(row, row.after) })
  if (row.setting) {
    facts.push({
      label: 'Setting that decided',
      value: <Link to="/b/$brand/settings/privacy" params={{ brand }} hash={row.setting.key}>{row.setting.label}</Link>,
      help: row.setting.origin ? originText(row.setting.origin) : undefined,
    })
  }
  if (row.event === 'request.refused' && mayExplain) facts.push({ label: 'Why', value: <ExplainLink id={row.id}>Explain, and what would change it</ExplainLink> })
  const judged: Fact[] = Object.entries((row.facts ?? {}) as Record<string, unknown>).flatMap(([name, value]) => (saidAbove.has(name) ? [] : [{ label: factLabel(name), value: <Value value={value} /> }]))
  const seal: Fact[] = [{ label: 'Row', value: <span className="row"><span className="mono break">{row.id}</span><CopyButton text={row.id} label="Copy the id of this row" /></span>, help: <>Number {row.seq} of this brand’s chain{row.hash && <>, sealed <span className="mono break">{row.hash.slice(0, 16)}…</span></>}</> }]
  return (
    <div className="stack">
      <p className="audit-sentence">{row.sentence}</p>
      {problem && <ProblemNote problem={problem} />}
      <Facts rows={facts} />
      {judged.length > 0 && <h2 className="audit-part">{isRefusal(row) ? 'What it was judged by' : 'What is known of it'}</h2>}
      {judged.length > 0 && <Facts rows={judged} />}
      <h2 className="audit-part">In the chain</h2>
      <Facts rows={seal} />
    </div>
  )
}

function Value({ value }: { value: unknown }) {
  const plain = Array.isArray(value) && value.every((one) => typeof one !== 'object')
  if (typeof value !== 'object' || value === null || plain) return <bdi className="break">{factText(value)}</bdi>
  return <pre className="audit-value mono" tabIndex={0} role="group" aria-label="Value">{JSON.stringify(value, null, 2)}</pre>
}
