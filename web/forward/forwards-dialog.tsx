// What was forwarded of a conversation, to whom, how it went, and the way to withdraw it.
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import './forward.css'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { countOf, dayOf, instantOf } from '../controls/words.ts'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import { useAct } from '../privacy-acts/act.ts'
import { Icon } from '../shell/icon.tsx'
import { type Exception, type Forward, forwardsPath, forwardsQuery } from './forward.ts'
import { Masked, MailView } from './mail-view.tsx'

const stateWords: Readonly<Record<Forward['mail'], string>> = { waiting: 'On its way', sent: 'Sent', kept: 'Not sent: written to a file on the server', failed: 'Not sent: ask an administrator' }
const endWords: Readonly<Record<string, string>> = { withdrawn: 'Withdrawn', archived: 'Ended with the conversation', erased: 'Ended: the customer was erased' }
const exceptionWords: Readonly<Record<Exception['state'], string>> = { asked: 'waits for an administrator', allowed: 'allowed', refused: 'not allowed', withdrawn: 'taken back', over: 'over' }

export function ForwardsDialog({ conversation, onClose }: { conversation: { id: string; number: number }; onClose: () => void }) {
  const found = useQuery(forwardsQuery(conversation.id))
  const { forwards = [], exceptions = [] } = found.data ?? {}
  return (
    <Dialog title={`Forwards of #${conversation.number}`} size="l" open onClose={onClose}>
      {found.error && <ProblemNote problem={problemOf(found.error)} />}
      {found.isPending && <div className="pulse forward-wait" role="status" aria-label="Loading" />}
      {found.data && forwards.length === 0 && <p className="soft">Nothing of this conversation was forwarded yet.</p>}
      {forwards.length > 0 && <ul className="forward-sent">{forwards.map((one) => <Sent key={one.id} conversation={conversation.id} forward={one} />)}</ul>}
      {exceptions.length > 0 && (
        <section className="stack-s" aria-label="Exceptions">
          <h3 className="small">Exceptions</h3>
          <ul className="stack-s small">{exceptions.map((one) => <li key={one.id}><bdi>{one.address}</bdi>: {exceptionWords[one.state]}{one.state === 'allowed' && one.until !== null ? ` until ${instantOf(one.until)}` : ''} <span className="soft">(asked by <bdi>{one.askedByName}</bdi>)</span></li>)}</ul>
        </section>
      )}
      <div className="row-end"><Button onPress={onClose}>Close</Button></div>
    </Dialog>
  )
}

/** Who has opened which file. */
function Links({ links }: { links: Forward['links'] }) {
  return (
    <ul className="forward-links small" aria-label="Links to files">
      {links.map((link) => (
        <li key={`${link.recipient} ${link.file} ${link.until}`}>
          <Icon name="clip" size={14} />
          <span className="break"><bdi><Masked text={link.file} /></bdi> for <bdi>{link.recipient}</bdi>: {link.openedAt === null ? 'not opened yet' : `first opened ${instantOf(link.openedAt)}`}. <span className="soft">{link.state === 'open' ? `Works until ${dayOf(link.until - 1)}.` : link.state === 'revoked' ? 'Withdrawn.' : 'Over.'}</span></span>
        </li>
      ))}
    </ul>
  )
}

function Sent({ conversation, forward }: { conversation: string; forward: Forward }) {
  const [open, setOpen] = useState(false)
  const act = useAct()
  const withdraw = () => act.run(() => call('POST', `${forwardsPath(conversation)}/${encodeURIComponent(forward.id)}/withdraw`), 'The forward was withdrawn.')
  return (
    <li className="card stack-s">
      <div className="apart">
        <strong className="break"><bdi>{[...forward.to, ...forward.cc, ...forward.bcc].join(', ')}</bdi></strong>
        <span className="badge" data-tone={forward.mail === 'failed' || forward.mail === 'kept' ? 'warn' : undefined}>{forward.ended ? endWords[forward.ended.reason] : stateWords[forward.mail]}</span>
      </div>
      <p className="small soft">By <bdi>{forward.byName}</bdi>, {instantOf(forward.at)}. {forward.details ? 'With' : 'Without'} details of the customer. {forward.mayReply ? (forward.replies > 0 ? countOf(forward.replies, 'answer') : 'No answer yet') : 'Answers are not taken'}.</p>
      {forward.links.length > 0 && <Links links={forward.links} />}
      {act.problem && <ProblemNote problem={act.problem} />}
      <div className="row">
        <Button size="s" icon="eye" aria-expanded={open} onPress={() => setOpen(!open)}>{open ? 'Hide the mail' : 'Show the mail'}</Button>
        {!forward.ended && <Button size="s" look="danger" pending={act.busy} onPress={() => void withdraw()}>Withdraw</Button>}
      </div>
      {!forward.ended && forward.mail === 'sent' && <p className="forward-hint small soft"><Icon name="info" size={14} /><span>A mail that was sent cannot be called back; withdrawing ends answers to it{forward.links.length > 0 ? ', and its links' : ''}.</span></p>}
      {open && <MailView to={forward.to} cc={forward.cc} bcc={forward.bcc} subject={forward.subject} text={forward.text} files={forward.files} />}
    </li>
  )
}
