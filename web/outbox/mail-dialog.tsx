// One outgoing mail: to whom, what became of it, what it says in a frame that can do nothing, and what an administrator may do about it.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { Facts } from '../controls/facts.tsx'
import { Note, ProblemNote } from '../controls/note.tsx'
import { instantOf } from '../controls/words.ts'
import { useAct } from '../channels/channel.ts'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import { useBrand } from '../session/session.ts'
import { Failed } from '../shell/page.tsx'
import { kindOf, recipientWords, type Line, type Mail } from './mail.ts'

export function MailDialog({ line, onClose }: { line: Line; onClose: () => void }) {
  const brand = useBrand()
  const act = useAct('outbox')
  const found = useQuery({ queryKey: ['outbox', 'mail', line.id], queryFn: () => call<Mail>('GET', `/outbox/${line.id}`), gcTime: 0 })
  const mail = found.data
  const stands = line.state === 'failed' || line.state === 'unconfirmed' || line.state === 'bounced'

  async function run(what: 'resend' | 'drop', said: string) {
    if (await act.run('POST', `/outbox/${line.id}/${what}`, undefined, said)) onClose()
  }
  return (
    <Dialog title={line.subject ?? kindOf(line)} open onClose={onClose} size="l">
      {found.error && <Failed problem={problemOf(found.error)} onAgain={() => void found.refetch()} />}
      {found.isPending && <div className="pulse" style={{ blockSize: '8rem' }} role="status" aria-label="Loading" />}
      {line.why && <Note tone="warning">{line.why}</Note>}
      {mail && (
        <>
          <Facts rows={[
            { label: 'What it is', value: <>{kindOf(mail)}{mail.conversationId && <> · <Link to="/b/$brand/inbox/$conversation" params={{ brand, conversation: mail.conversationId }}>the conversation</Link></>}</> },
            { label: 'From', value: mail.from === null ? 'Not known any more' : <bdi className="break">{mail.from}</bdi> },
            { label: 'To', value: mail.recipients.length === 0 ? 'Not known any more' : <ul className="outbox-recipients">{mail.recipients.map((one) => <li key={one.address} className="break"><bdi>{one.address}</bdi>{stands && <span className="soft small"> {recipientWords[one.state]}</span>}</li>)}</ul> },
            ...(mail.replyTo === null ? [] : [{ label: 'Answers go to', value: <bdi className="break">{mail.replyTo}</bdi> }]),
            { label: 'Posted', value: instantOf(mail.createdAt) },
            ...(mail.files.length === 0 ? [] : [{ label: 'Files', value: <span className="break">{mail.files.join(', ')}</span> }]),
            ...(mail.file === null ? [] : [{ label: 'File', value: <bdi className="mono break">{mail.file}</bdi> }]),
          ]} />
          {mail.text === null
            ? <p className="soft">What it said is forgotten: mails are emptied once they are sent or dropped.</p>
            : <>
              {mail.kind === 'letter' && <p className="small soft">Links and codes in letters open an account, so they are hidden here.</p>}
              {mail.html === null
                ? <pre className="outbox-text" dir="auto" tabIndex={0} aria-label="What the mail says">{mail.text}</pre>
                : <iframe className="outbox-frame" title="What the mail says" sandbox="" referrerPolicy="no-referrer" srcDoc={mail.html} />}
            </>}
        </>
      )}
      {act.problem && <ProblemNote problem={act.problem} />}
      <div className="row-end">
        <Button onPress={onClose}>Close</Button>
        {stands && <Button look="danger" pending={act.busy} onPress={() => void run('drop', 'The mail is dropped.')}>Drop it</Button>}
        {stands && mail?.canResend === true && <Button look="main" pending={act.busy} onPress={() => void run('resend', 'The mail is sent again.')}>Send again</Button>}
      </div>
      {stands && mail?.canResend === false && mail.text === null && <p className="small soft">It cannot be sent again from here: write it anew where it came from.</p>}
    </Dialog>
  )
}
