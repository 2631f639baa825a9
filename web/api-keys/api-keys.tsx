// Settings → API keys: what a brand's own servers may ask for. A key is shown once; what is not built yet is said plainly.
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import './api-keys.css'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { Note, ProblemNote } from '../controls/note.tsx'
import { dayOf, instantOf } from '../controls/words.ts'
import { useAct } from '../channels/channel.ts'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import { useBrand, useSession } from '../session/session.ts'
import { Icon } from '../shell/icon.tsx'
import { Failed, Page } from '../shell/page.tsx'
import { MakeKeyDialog } from './make-key-dialog.tsx'
import { scopeWords, type ApiKey } from './api-key.ts'

export function ApiKeys() {
  const brand = useBrand()
  const { agent, skew } = useSession()
  const admin = agent.role === 'admin'
  const found = useQuery({ queryKey: ['api-keys'], queryFn: () => call<{ keys: ApiKey[] }>('GET', '/api-keys'), enabled: admin })
  const [making, setMaking] = useState(false)
  const [revoking, setRevoking] = useState<ApiKey | null>(null)
  const keys = found.data?.keys
  if (!admin) return <Page title="API keys" settingsOf={brand}><Note tone="warning" title="Not your right">Only an administrator makes and revokes API keys.</Note></Page>
  return (
    <Page title="API keys" lead="With a key your own server asks for tickets, so that customers who are signed in on your site are known in the chat." settingsOf={brand} width="m"
      aside={keys !== undefined && keys.length > 0 && <Button look="main" icon="plus" onPress={() => setMaking(true)}>New key</Button>}>
      {found.error && <Failed problem={problemOf(found.error)} onAgain={() => void found.refetch()} />}
      {found.isPending && <div className="pulse" style={{ blockSize: '10rem' }} role="status" aria-label="Loading" />}
      {keys?.length === 0 && (
        <div className="empty card">
          <Icon name="key" size={40} />
          <h2>No API key yet</h2>
          <p className="soft">Your server needs one to mint tickets. It can also sign them itself: then register its public key at the channel instead.</p>
          <Button look="main" icon="plus" onPress={() => setMaking(true)}>Make a key</Button>
        </div>
      )}
      {keys !== undefined && keys.length > 0 && (
        <ul className="card key-list">{keys.map((key) => <Row key={key.id} apiKey={key} now={Date.now() + skew} onRevoke={() => setRevoking(key)} />)}</ul>
      )}
      <Note title="Not built yet">Address lists for a key, rotation with two live keys, and scopes beside tickets come with the API itself. Until then a key works from any address.</Note>
      {making && <MakeKeyDialog onClose={() => setMaking(false)} />}
      {revoking && <RevokeDialog apiKey={revoking} onClose={() => setRevoking(null)} />}
    </Page>
  )
}

function Row({ apiKey: key, now, onRevoke }: { apiKey: ApiKey; now: number; onRevoke: () => void }) {
  const over = key.expiresAt !== null && key.expiresAt <= now
  const live = key.revokedAt === null && !over
  return (
    <li>
      <Icon name="key" />
      <div className="grow stack-s">
        <div className="row">
          <strong className="auto-dir break">{key.name}</strong>
          {key.revokedAt !== null ? <span className="badge">Revoked {dayOf(key.revokedAt)}</span> : over ? <span className="badge" data-tone="warn">Ran out {dayOf(key.expiresAt ?? 0)}</span> : <span className="badge" data-tone="good">Works</span>}
        </div>
        <p className="small soft">{key.scopes.map((scope) => scopeWords[scope]?.label ?? scope).join('; ')}</p>
        <p className="small soft">
          Made {dayOf(key.createdAt)}{key.createdBy && ` by ${key.createdBy}`} · {live && key.expiresAt !== null ? `until ${dayOf(key.expiresAt)} · ` : ''}
          {key.lastUsedAt === null ? 'never used' : <>last used {instantOf(key.lastUsedAt)}{key.lastUsedFrom && <> from <bdi className="mono">{key.lastUsedFrom}</bdi></>}</>}
        </p>
      </div>
      {live && <Button size="s" look="danger" aria-label={`Revoke ${key.name}`} onPress={onRevoke}>Revoke</Button>}
    </li>
  )
}

function RevokeDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const act = useAct('api-keys')
  async function revoke() {
    if (await act.run('DELETE', `/api-keys/${encodeURIComponent(apiKey.id)}`, undefined, `${apiKey.name} is revoked.`)) onClose()
  }
  return (
    <Dialog title={`Revoke ${apiKey.name}?`} role="alertdialog" open onClose={onClose}>
      <p>Whatever uses it is refused at its next request. It cannot be undone.</p>
      {act.problem && <ProblemNote problem={act.problem} />}
      <div className="row-end">
        <Button onPress={onClose}>Cancel</Button>
        <Button look="danger" pending={act.busy} onPress={() => void revoke()}>Revoke</Button>
      </div>
    </Dialog>
  )
}
