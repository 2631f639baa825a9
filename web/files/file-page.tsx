// The page about one file: what it is, its link and who that opens it for, what was judged of it, and who opened it.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from '../controls/button.tsx'
import { CopyButton } from '../controls/copy-button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { Facts } from '../controls/facts.tsx'
import { Note, ProblemNote } from '../controls/note.tsx'
import { instantOf } from '../controls/words.ts'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import type { Problem } from '../http/shapes.ts'
import { useBrand } from '../session/session.ts'
import { toast } from '../shell/announce.ts'
import { Icon } from '../shell/icon.tsx'
import { Failed, Page, Waiting } from '../shell/page.tsx'
import { contentAt } from './message-files.tsx'
import { Picture } from './picture.tsx'
import { Openings } from './openings.tsx'
import { Receipt, type ReceiptShape } from './receipt.tsx'
import { RecipientLinks } from './recipient-links.tsx'
import type { ShownFile } from './shapes.ts'
import { shownInPlace, sizeOf, typeLabel } from './words.ts'
import './files.css'

interface Found { file: ShownFile; conversationId: string | null; createdAt: number; enforced: boolean; link: string; mayRenew: boolean; mayAudit: boolean; receipt: ReceiptShape | null }

const stateWords: Record<ShownFile['state'], string> = { accepted: 'Taken in', refused: 'Refused', quarantined: 'Held back', deleted: 'Removed' }

export function FilePage() {
  const brand = useBrand()
  const { id } = useParams({ strict: false }) as { id: string }
  const found = useQuery({ queryKey: ['file', id], queryFn: () => call<Found>('GET', `/files/${encodeURIComponent(id)}`), retry: false })
  if (found.isPending) return <Waiting />
  if (found.error) return <Page title="File" width="m"><Failed problem={problemOf(found.error)} onAgain={() => void found.refetch()} /></Page>
  const { file, conversationId, createdAt, mayAudit, receipt } = found.data
  const there = file.state === 'accepted'
  return (
    <Page title={file.name === '' ? 'A file that was removed' : file.name} width="m" lead={conversationId !== null && <Link className="crumb" to="/b/$brand/inbox/$conversation" params={{ brand, conversation: conversationId }}><span className="flip"><Icon name="back" size={16} /></span>Its conversation</Link>}>
      <div className="file-page">
        <Picture key={String(file.thumbnail)} file={file} large />
        <div className="stack">
          <Facts rows={[
            { label: 'Type', value: typeLabel(file.type) ?? 'Not a known type' },
            ...(file.bytes === null ? [] : [{ label: 'Size', value: sizeOf(file.bytes) }]),
            { label: 'Came in', value: instantOf(createdAt) },
            { label: 'State', value: file.refusal ? `${stateWords[file.state]}: ${file.refusal.words}` : stateWords[file.state], help: file.refusal?.detail },
          ]} />
          {there && (
            <div className="row">
              {shownInPlace(file) && <a className="button" data-look="main" href={contentAt(file.id)} target="_blank" rel="noreferrer"><Icon name="eye" size={18} />Open</a>}
              <a className="button" data-look={shownInPlace(file) ? 'plain' : 'main'} href={contentAt(file.id, true)} download={file.name}><Icon name="download" size={18} />Download</a>
            </div>
          )}
        </div>
      </div>
      {there && <LinkSection found={found.data} />}
      {there && <RecipientLinks id={file.id} />}
      {receipt && <Receipt receipt={receipt} />}
      {mayAudit && <Openings id={file.id} />}
    </Page>
  )
}

function LinkSection({ found: { file, link, enforced, mayRenew } }: { found: Found }) {
  const client = useQueryClient()
  const [asking, ask] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  async function renew() {
    setBusy(true)
    setProblem(null)
    try {
      await call('DELETE', `/files/${encodeURIComponent(file.id)}/links`)
      await client.invalidateQueries({ queryKey: ['file', file.id] })
      ask(false)
      toast('The earlier links open nothing any more.')
    } catch (error) {
      setProblem(problemOf(error))
    }
    setBusy(false)
  }
  return (
    <section className="card card-body stack" aria-labelledby="link">
      <h2 id="link">Its link</h2>
      {enforced
        ? <p className="soft">It opens the file for agents who may see this conversation, once they are signed in. For everybody else it opens nothing.</p>
        : <Note tone="warning" title="Whoever has this link can open the file">Media access is not enforced in this channel. An administrator can change that under Privacy &amp; Security, Media; earlier links obey at once.</Note>}
      <div className="row"><code className="mono break grow file-link">{link}</code><CopyButton text={link} label="Copy the link" /></div>
      {mayRenew && <div><Button size="s" onPress={() => ask(true)}>Withdraw all earlier links…</Button></div>}
      <Dialog title="Withdraw all earlier links?" role="alertdialog" open={asking} onClose={() => ask(false)}>
        <p>Links of this file that were copied until now open nothing any more, for anybody. A new one stands here afterwards. Links that were mailed to one recipient are not concerned.</p>
        {problem && <ProblemNote problem={problem} />}
        <div className="row-end"><Button onPress={() => ask(false)}>Cancel</Button><Button look="danger" pending={busy} onPress={() => void renew()}>Withdraw</Button></div>
      </Dialog>
    </section>
  )
}
