// Settings → API keys: what programs may do here, from where and until when, and whether what they were given is used at all.
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import './api-keys.css'
import { Button } from '../controls/button.tsx'
import { Note } from '../controls/note.tsx'
import { problemOf } from '../http/problem.ts'
import { useBrand, useSession } from '../session/session.ts'
import { Icon } from '../shell/icon.tsx'
import { Failed, Page } from '../shell/page.tsx'
import { keysQuery, type ApiKey } from './api-key.ts'
import { KeyRow } from './key-row.tsx'
import { MakeKeyDialog } from './make-key-dialog.tsx'
import { RevokeDialog, RotateDialog } from './rotate-dialog.tsx'
import { TrialDialog } from './trial-dialog.tsx'

type Doing = { what: 'make' } | { what: 'rotate' | 'revoke' | 'test'; key: ApiKey } | null

export function ApiKeys() {
  const brand = useBrand()
  const { agent, skew } = useSession()
  const admin = agent.role === 'admin'
  const [cursors, setCursors] = useState<(string | undefined)[]>([undefined])
  const cursor = cursors.at(-1)
  const found = useQuery({ ...keysQuery(cursor), enabled: admin })
  const [doing, setDoing] = useState<Doing>(null)
  const keys = found.data?.keys
  const close = () => setDoing(null)
  if (!admin) return <Page title="API keys" settingsOf={brand}><Note tone="warning" title="Not your right">Only an administrator makes and revokes API keys.</Note></Page>
  return (
    <Page title="API keys" lead={<>With a key a program of yours reads and writes here, within its scopes. <a href="/api/v1/docs" target="_blank" rel="noreferrer">What the API can do</a></>} settingsOf={brand} width="m"
      aside={keys !== undefined && keys.length > 0 && <Button look="main" icon="plus" onPress={() => setDoing({ what: 'make' })}>New key</Button>}>
      {found.error && <Failed problem={problemOf(found.error)} onAgain={() => void found.refetch()} />}
      {found.isPending && <div className="pulse" style={{ blockSize: '10rem' }} role="status" aria-label="Loading" />}
      {keys?.length === 0 && cursors.length === 1 && (
        <div className="empty card">
          <Icon name="key" size={40} />
          <h2>No API key yet</h2>
          <p className="soft">A key lets a CRM, a shop or a script of yours in, from the addresses and for the time you say.</p>
          <Button look="main" icon="plus" onPress={() => setDoing({ what: 'make' })}>Make a key</Button>
        </div>
      )}
      {keys !== undefined && keys.length > 0 && (
        <ul className="card key-list">
          {keys.map((key) => <KeyRow key={key.id} apiKey={key} scopes={found.data?.scopes ?? []} now={Date.now() + skew} onDo={(what) => setDoing({ what, key })} />)}
        </ul>
      )}
      {found.data !== undefined && (found.data.next !== null || cursors.length > 1) && (
        <div className="row-end">
          <Button isDisabled={cursors.length === 1} onPress={() => setCursors(cursors.slice(0, -1))}>Newer</Button>
          <Button isDisabled={found.data.next === null} onPress={() => setCursors([...cursors, found.data?.next ?? undefined])}>Older</Button>
        </div>
      )}
      {doing?.what === 'make' && <MakeKeyDialog scopes={found.data?.scopes ?? []} onClose={close} onTest={(key) => setDoing({ what: 'test', key })} />}
      {doing?.what === 'rotate' && <RotateDialog apiKey={doing.key} onClose={close} />}
      {doing?.what === 'revoke' && <RevokeDialog apiKey={doing.key} onClose={close} />}
      {doing?.what === 'test' && <TrialDialog apiKey={doing.key} onClose={close} />}
    </Page>
  )
}
