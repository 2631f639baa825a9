// Settings → Quarantine: files that were held back because they may do harm, and what an administrator may do with each.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { Note, ProblemNote } from '../controls/note.tsx'
import { instantOf } from '../controls/words.ts'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import type { Problem } from '../http/shapes.ts'
import { useBrand, useSession } from '../session/session.ts'
import { toast } from '../shell/announce.ts'
import { Icon } from '../shell/icon.tsx'
import { Failed, Page } from '../shell/page.tsx'
import type { ShownFile } from './shapes.ts'
import { sizeOf, typeLabel } from './words.ts'
import './files.css'

interface Held extends ShownFile { channelId: string; conversationId: string | null; side: 'customer' | 'agent'; door: string; at: number; found: string | null; carried: boolean }
interface Act { file: Held; deed: 'release' | 'remove' }

const doors: Record<string, string> = { chat: 'chat', workspace: 'the workspace', api: 'API', mail: 'mail' }
const lead = 'Files in which antivirus found something. Nobody can open them: neither their sender nor an agent. Releasing or removing one asks for a fresh code.'

export function Quarantine() {
  const brand = useBrand()
  const { agent } = useSession()
  const admin = agent.role === 'admin'
  const found = useQuery({ queryKey: ['quarantine'], queryFn: () => call<{ files: Held[]; antivirus: string | null }>('GET', '/quarantine'), enabled: admin })
  const [act, setAct] = useState<Act | null>(null)
  if (!admin) return <Page title="Quarantine" settingsOf={brand}><Note tone="warning" title="Not your right">Only an administrator decides about files that were held back.</Note></Page>
  const files = found.data?.files
  return (
    <Page title="Quarantine" lead={lead} settingsOf={brand} width="m">
      {found.error && <Failed problem={problemOf(found.error)} onAgain={() => void found.refetch()} />}
      {found.isPending && <div className="pulse" style={{ blockSize: '8rem' }} role="status" aria-label="Loading" />}
      {found.data && found.data.antivirus === null && <Note tone="warning" title="No antivirus looks through files">Files are judged by their type, size and contents alone. Whoever runs this server can set CLAMD to have each one looked through.</Note>}
      {files?.length === 0 && (
        <div className="empty card">
          <Icon name="shield" size={40} />
          <h2>Nothing is held back</h2>
          <p className="soft">{found.data?.antivirus === null ? 'Without antivirus nothing can be.' : 'A file in which antivirus finds something appears here.'}</p>
        </div>
      )}
      {files !== undefined && files.length > 0 && (
        <ul className="card held">
          {files.map((file) => (
            <li key={file.id}>
              <div className="grow stack-s">
                <div className="row"><Icon name="warning" size={18} /><strong className="break"><bdi>{file.name}</bdi></strong></div>
                <p className="small break">{file.found === null ? 'Something was found in it.' : <>Found: <span className="mono">{file.found}</span></>}</p>
                <p className="small soft">{[typeLabel(file.type), file.bytes === null ? null : sizeOf(file.bytes), `from ${file.side === 'customer' ? 'a customer' : 'an agent'}, by ${doors[file.door] ?? file.door}`, instantOf(file.at)].filter((one) => one !== null).join(' · ')}</p>
                {!file.carried && <p className="small soft">No message carries it: also once it is released, nobody can open it before its sender sends it along.</p>}
                {file.conversationId !== null && <p className="small"><Link to="/b/$brand/inbox/$conversation" params={{ brand, conversation: file.conversationId }}>Its conversation</Link></p>}
              </div>
              <div className="row">
                <Button size="s" aria-label={`Release ${file.name}`} onPress={() => setAct({ file, deed: 'release' })}>Release…</Button>
                <Button size="s" look="danger" aria-label={`Remove ${file.name}`} onPress={() => setAct({ file, deed: 'remove' })}>Remove…</Button>
              </div>
            </li>
          ))}
        </ul>
      )}
      {act && <ActDialog act={act} onClose={() => setAct(null)} />}
    </Page>
  )
}

function ActDialog({ act: { file, deed }, onClose }: { act: Act; onClose: () => void }) {
  const client = useQueryClient()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  async function run() {
    setBusy(true)
    setProblem(null)
    try {
      await call('POST', `/quarantine/${encodeURIComponent(file.id)}/${deed}`)
      toast(deed === 'remove' ? `${file.name} is removed.` : file.carried ? `${file.name} can be opened now.` : `${file.name} is released: its sender may send it along.`)
      onClose()
    } catch (error) {
      setProblem(problemOf(error))
    }
    setBusy(false)
    await client.invalidateQueries({ queryKey: ['quarantine'] })
  }
  return (
    <Dialog title={deed === 'release' ? 'Release this file?' : 'Remove this file?'} role="alertdialog" open onClose={onClose}>
      <p><strong className="break"><bdi>{file.name}</bdi></strong>{file.found !== null && <>: <span className="mono break">{file.found}</span></>}</p>
      {deed === 'release'
        ? <Note tone="danger" title="It may do harm">From then on whoever may see the conversation can open it, its customer too. Release it only when you know that what was found is a mistake. The trail keeps who did so.</Note>
        : <p>Its bytes are removed for good. The message that carried it stays, with the word that a file was removed.</p>}
      {problem && <ProblemNote problem={problem} />}
      <div className="row-end">
        <Button onPress={onClose}>Cancel</Button>
        <Button look="danger" pending={busy} onPress={() => void run()}>{deed === 'release' ? 'Release it' : 'Remove it'}</Button>
      </div>
    </Dialog>
  )
}
