// A list of facts: label and value side by side, one above the other when narrow.
import type { ReactNode } from 'react'
import './facts.css'

export interface Fact { label: string; value: ReactNode; help?: ReactNode }

export function Facts({ rows }: { rows: readonly Fact[] }) {
  return (
    <dl className="facts">
      {rows.map(({ label, value, help }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            {typeof value === 'string' ? <bdi>{value}</bdi> : value}
            {help && <p className="small soft">{help}</p>}
          </dd>
        </div>
      ))}
    </dl>
  )
}
