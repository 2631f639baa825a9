// The rows as a table; on a narrow screen each becomes a card (the roles are said because `display` would take them away).
import { begun } from '#policy/sentence.ts'
import { clockOf, dayOf, utcOf } from '../controls/words.ts'
import type { AuditRow } from '../http/shapes.ts'
import { isRefusal, valueText } from './audit-query.ts'

export function RowTable({ rows, onOpen }: { rows: readonly AuditRow[]; onOpen: (row: AuditRow) => void }) {
  return (
    <div className="card audit-card">
      <table className="audit-table" role="table">
        <thead role="rowgroup">
          <tr role="row"><th role="columnheader" scope="col">When</th><th role="columnheader" scope="col">Who</th><th role="columnheader" scope="col">What happened</th><th role="columnheader" scope="col">Before → after</th></tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr role="row" key={row.id} data-refusal={isRefusal(row) || undefined}>
              <td role="cell" className="audit-when nums">
                <time dateTime={new Date(row.at).toISOString()} title={utcOf(row.at)}>{dayOf(row.at)} <span className="soft">{clockOf(row.at)}</span></time>
              </td>
              <td role="cell" className="audit-who"><ActorName row={row} /></td>
              <td role="cell" className="audit-what">
                <button type="button" className="audit-open" onClick={() => onOpen(row)}>{row.sentence}</button>
                <span className="mono small soft break">{row.event}</span>
              </td>
              <td role="cell" className="audit-change"><Change row={row} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

export function ActorName({ row }: { row: AuditRow }) {
  const name = row.actor.name ?? row.actor.id ?? row.actor.kind
  return <bdi className="break" title={row.actor.id ?? undefined}>{begun(name)}</bdi>
}

function Change({ row }: { row: AuditRow }) {
  if ((row.before ?? row.after ?? null) === null) return <span className="soft" data-none>–<span className="hidden"> no change of values</span></span>
  return (
    <span className="change">
      <del>{valueText(row, row.before)}</del>
      <span aria-hidden="true" className="flip change-arrow">→</span>
      <ins>{valueText(row, row.after)}</ins>
    </span>
  )
}
