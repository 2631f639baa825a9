// Forwarding a conversation to somebody outside: chosen first, then shown exactly as it will leave, then sent.
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import './forward.css'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import type { Problem } from '../http/shapes.ts'
import type { Opened } from '../inbox/shapes.ts'
import { useAct } from '../privacy-acts/act.ts'
import { useSession } from '../session/session.ts'
import { bodyOf, type Choice, forwardsPath, forwardsQuery, type Forwards, type Preview } from './forward.ts'
import { ForwardForm } from './forward-form.tsx'
import { ForwardPreview } from './forward-preview.tsx'

interface Props { opened: Opened; onClose: () => void }

export function ForwardDialog({ opened, onClose }: Props) {
  const found = useQuery(forwardsQuery(opened.conversation.id))
  return (
    <Dialog title={`Forward conversation #${opened.conversation.number}`} size="l" open onClose={onClose}>
      {found.error && <ProblemNote problem={problemOf(found.error)}><div><Button size="s" onPress={() => void found.refetch()}>Try again</Button></div></ProblemNote>}
      {found.isPending && <div className="pulse forward-wait" role="status" aria-label="Loading" />}
      {found.data && <Steps opened={opened} around={found.data} onClose={onClose} />}
    </Dialog>
  )
}

const said = (opened: Opened) => opened.messages.filter(({ kind, redacted }) => kind === 'text' && redacted === null)

function Steps({ opened, around, onClose }: Props & { around: Forwards }) {
  const { id } = opened.conversation
  const [choice, choose] = useState<Choice>(() => ({ to: '', cc: '', bcc: '', subject: around.subject, note: '', messages: said(opened).map((one) => one.id), files: [], as: 'link', linkDays: '14', mayReply: around.may.reply, details: false }))
  const [clientId] = useState(() => crypto.randomUUID())
  const [preview, show] = useState<Preview | null>(null)
  const [looking, look] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const act = useAct()
  const { mailsKept } = useSession()

  async function previewIt() {
    look(true)
    setProblem(null)
    try {
      show((await call<{ preview: Preview }>('POST', `${forwardsPath(id)}/preview`, { body: bodyOf(choice) })).preview)
    } catch (error) {
      setProblem(problemOf(error))
    }
    look(false)
  }
  async function send() {
    if (preview === null) return
    const to = [...preview.to, ...preview.cc, ...preview.bcc].join(', ')
    if (await act.run(() => call('POST', forwardsPath(id), { body: { id: clientId, fingerprint: preview.fingerprint, ...bodyOf(choice) } }), mailsKept ? `Not sent: no mail server is set, so the mail to ${to} is written to a file on the server.` : `Forwarded to ${to}.`)) onClose()
  }

  if (preview === null) return <ForwardForm messages={said(opened)} around={around} choice={choice} onChoice={choose} problem={problem} busy={looking} onPreview={() => void previewIt()} onClose={onClose} />
  return <ForwardPreview conversation={id} preview={preview} problem={act.problem} busy={act.busy} onBack={() => show(null)} onSend={() => void send()} onAgain={() => void previewIt()} />
}
