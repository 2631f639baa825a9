// Settings → Mail: what could not be sent, what waits, and (without a mail server) what was written as files instead.
import { useInfiniteQuery, type InfiniteData } from '@tanstack/react-query'
import { useState } from 'react'
import './outbox.css'
import { Button } from '../controls/button.tsx'
import { Note } from '../controls/note.tsx'
import { countOf, instantOf } from '../controls/words.ts'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import { useBrand, useSession } from '../session/session.ts'
import { Icon } from '../shell/icon.tsx'
import { Failed, Page } from '../shell/page.tsx'
import { MailDialog } from './mail-dialog.tsx'
import { kindOf, stateWords, type Line, type List, type Outbox } from './mail.ts'

const lists: readonly { id: List; label: string }[] = [{ id: 'failed', label: 'Not sent' }, { id: 'waiting', label: 'Waiting' }, { id: 'files', label: 'Files' }]

const nothing: Record<List, { title: string; text: string }> = {
  failed: { title: 'No mail failed', text: 'A mail that a server refuses, or that could not be sent for a day, stands here until you send it again or drop it.' },
  waiting: { title: 'Nothing waits', text: 'Mails leave within a second. What a server does not take just now is tried again for a day.' },
  files: { title: 'No mail was written yet', text: 'Invite somebody or forward a conversation, and the mail stands here.' },
}

export function OutboxPage() {
  const brand = useBrand()
  const { agent } = useSession()
  const admin = agent.role === 'admin'
  const [list, setList] = useState<List>('failed')
  const [open, setOpen] = useState<Line | null>(null)
  const found = useInfiniteQuery<Outbox, Error, InfiniteData<Outbox>, string[], string | null>({
    queryKey: ['outbox', list], enabled: admin, initialPageParam: null, refetchInterval: 15_000, getNextPageParam: (page) => page.next,
    queryFn: ({ pageParam }) => call<Outbox>('GET', `/outbox?list=${list}${pageParam === null ? '' : `&after=${encodeURIComponent(pageParam)}`}`),
  })
  const first = found.data?.pages[0]
  const mails = found.data?.pages.flatMap((page) => page.mails) ?? []
  const folder = first?.sending.kind === 'folder'
  if (!admin) return <Page title="Mail" settingsOf={brand}><Note tone="warning" title="Not your right">Only an administrator sees the mails of the house.</Note></Page>
  return (
    <Page title="Mail" lead="What leaves this workspace by mail: letters about accounts, notifications, answers and forwards." settingsOf={brand} width="m">
      {first && (folder
        ? (
          <Note tone="warning" title="Mails are not sent">
            No mail server is configured, so each mail is written as a file instead of being sent. The files lie in <bdi className="mono break">{first.sending.folder}</bdi> on the server, links included: whoever may read that folder can use them. To have mails sent, the operator sets SMTP_URL.
          </Note>
        )
        : <p className="soft row outbox-way"><Icon name="mail" size={18} /><span className="break">{first.sending.description}</span></p>)}
      <div className="outbox-lists" role="group" aria-label="Which mails">
        {lists.filter(({ id }) => id !== 'files' || folder).map(({ id, label }) => <button key={id} type="button" className="outbox-list" aria-pressed={list === id} onClick={() => setList(id)}>{label}</button>)}
      </div>
      {found.error && <Failed problem={problemOf(found.error)} onAgain={() => void found.refetch()} />}
      {found.isPending && <div className="pulse" style={{ blockSize: '10rem' }} role="status" aria-label="Loading" />}
      {first && mails.length === 0 && (
        <div className="empty card">
          <Icon name={list === 'failed' ? 'check' : 'mail'} size={40} />
          <h2>{nothing[list].title}</h2>
          <p className="soft">{nothing[list].text}</p>
          {folder && list === 'failed' && <Button onPress={() => setList('files')}>Show what was written instead</Button>}
        </div>
      )}
      {mails.length > 0 && (
        <ul className="card outbox-mails" aria-label={lists.find(({ id }) => id === list)?.label}>
          {mails.map((mail) => (
            <li key={mail.id}>
              <div className="grow stack-s">
                <div className="row"><strong className="auto-dir break">{mail.subject ?? kindOf(mail)}</strong><span className="badge" data-tone={mail.state === 'failed' || mail.state === 'bounced' || mail.state === 'unconfirmed' ? 'warn' : undefined}>{stateWords[mail.state]}</span></div>
                <p className="small soft break">{kindOf(mail)}{mail.recipients.length > 0 && <> to <bdi>{mail.recipients[0]?.address}</bdi>{mail.recipients.length > 1 && ` and ${countOf(mail.recipients.length - 1, 'other')}`}</>} · {timeOf(mail)}</p>
                {mail.why && <p className="small break">{mail.why}</p>}
              </div>
              <Button size="s" aria-label={`Open ${mail.subject ?? kindOf(mail)}`} onPress={() => setOpen(mail)}>Open</Button>
            </li>
          ))}
        </ul>
      )}
      {found.hasNextPage && <div className="row-center"><Button pending={found.isFetchingNextPage} onPress={() => void found.fetchNextPage()}>Show older ones</Button></div>}
      {open && <MailDialog line={open} onClose={() => setOpen(null)} />}
    </Page>
  )
}

function timeOf(mail: Line): string {
  if (mail.state === 'waiting') return mail.attempts === 0 ? 'about to leave' : `tried ${countOf(mail.attempts, 'time')}, again ${instantOf(mail.nextAt ?? mail.createdAt)}`
  return instantOf(mail.failedAt ?? mail.createdAt)
}
