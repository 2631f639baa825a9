// A note in the page: what happened or what to know, with a tone that is also an icon.
import type { ReactNode } from 'react'
import type { Problem } from '../http/shapes.ts'
import { ExplainLink } from '../session/explain-link.tsx'
import { Icon, type IconName } from '../shell/icon.tsx'
import { CopyButton } from './copy-button.tsx'

export type Tone = 'info' | 'warning' | 'danger' | 'good'
const icons: Record<Tone, IconName> = { info: 'info', warning: 'warning', danger: 'warning', good: 'check' }

export function Note({ tone = 'info', title, children, live }: { tone?: Tone; title?: ReactNode; children?: ReactNode; live?: boolean }) {
  return (
    <div className="note" data-tone={tone} role={live ? 'alert' : undefined}>
      <Icon name={icons[tone]} />
      <div className="grow stack-s">
        {title && <strong>{title}</strong>}
        {children && <div className="break">{children}</div>}
      </div>
    </div>
  )
}

/** A problem in the page: the server's sentence and the id under which the audit trail knows it. */
export function ProblemNote({ problem, children }: { problem: Problem; children?: ReactNode }) {
  return (
    <Note tone="danger" live>
      <div className="stack-s">
        <p>{problem.detail || problem.title}</p>
        {children}
        {problem.id && <ProblemId id={problem.id} />}
      </div>
    </Note>
  )
}

/** `plain`: without the way to its explanation, where no other page opens. */
export function ProblemId({ id, plain = false }: { id: string; plain?: boolean }) {
  return (
    <p className="row small soft reference">
      <span>Reference <span className="mono break">{id}</span></span>
      <CopyButton text={id} label="Copy the reference" />
      {!plain && id.startsWith('ref_') && <ExplainLink id={id} />}
    </p>
  )
}
