// A mail to a third party as it will leave, or as it left: its header, its text, and each masked place marked.
import type { ReactNode } from 'react'
import { Icon } from '../shell/icon.tsx'

const mask = '▇▇▇'

/** The text with each mask marked, and read out as what it is. */
export function Masked({ text }: { text: string }) {
  const parts = text.split(mask)
  return <>{parts.map((part, at) => <span key={at}>{at > 0 && <mark className="mask" title="A detail of the customer, left out"><span aria-hidden="true">{mask}</span><span className="hidden">left out</span></mark>}{part}</span>)}</>
}

interface Props { from?: ReactNode; to: readonly string[]; cc: readonly string[]; bcc: readonly string[]; replyTo?: ReactNode; subject: string; text: string; files: readonly string[] }

export function MailView({ from, to, cc, bcc, replyTo, subject, text, files }: Props) {
  const lines: readonly (readonly [string, ReactNode])[] = [
    ...(from === undefined ? [] : [['From', from]] as const),
    ['To', <bdi key="to">{to.join(', ')}</bdi>],
    ...(cc.length === 0 ? [] : [['Cc', <bdi key="cc">{cc.join(', ')}</bdi>]] as const),
    ...(bcc.length === 0 ? [] : [['Bcc', <span key="bcc"><bdi>{bcc.join(', ')}</bdi> <span className="soft">(seen by nobody else)</span></span>]] as const),
    ...(replyTo === undefined ? [] : [['Answers to', replyTo]] as const),
    ['Subject', <strong key="subject" dir="auto"><Masked text={subject} /></strong>],
  ]
  return (
    <div className="mail-view" role="group" aria-label="The mail">
      <dl className="mail-view-head small">{lines.map(([label, value]) => <div key={label}><dt>{label}</dt><dd>{value}</dd></div>)}</dl>
      <div className="mail-text" dir="auto" tabIndex={0} role="region" aria-label="Text of the mail"><Masked text={text} /></div>
      {files.length > 0 && <ul className="mail-files small">{files.map((name) => <li key={name}><Icon name="clip" size={14} /><bdi><Masked text={name} /></bdi></li>)}</ul>}
    </div>
  )
}
