// The links of a file that were mailed to people outside: to whom, until when, whether they were opened; and how to withdraw one.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../controls/button.tsx'
import { dayOf, instantOf } from '../controls/words.ts'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import { announce, toast } from '../shell/announce.ts'

interface RecipientLink { id: string; recipient: string; state: 'open' | 'revoked' | 'expired'; createdAt: number; byName: string | null; expiresAt: number; openedAt: number | null; revokedAt: number | null }

export function RecipientLinks({ id }: { id: string }) {
  const client = useQueryClient()
  const found = useQuery({ queryKey: ['file', id, 'recipients'], queryFn: () => call<{ links: RecipientLink[] }>('GET', `/files/${encodeURIComponent(id)}/recipient-links`), retry: false })
  const [busy, setBusy] = useState<string | null>(null)
  const links = found.data?.links ?? []
  // most files were never forwarded
  if (links.length === 0) return null
  async function withdraw(link: RecipientLink) {
    setBusy(link.id)
    try {
      await call('POST', `/recipient-links/${link.id}/revoke`)
      announce('The link is withdrawn.')
    } catch (error) {
      toast(problemOf(error).detail)
    }
    await client.invalidateQueries({ queryKey: ['file', id, 'recipients'] })
    setBusy(null)
  }
  return (
    <section className="card card-body stack" aria-labelledby="recipients">
      <div className="stack-s">
        <h2 id="recipients">Mailed to people outside</h2>
        <p className="soft">Each link is for one address, opens this file alone, and asks for a code that is mailed to that address.</p>
      </div>
      <ul className="openings">
        {links.map((link) => (
          <li key={link.id}>
            <strong><bdi className="break">{link.recipient}</bdi></strong>
            <span className="badge" data-tone={link.state === 'open' ? 'accent' : undefined}>{link.state === 'open' ? `open until ${dayOf(link.expiresAt)}` : link.state === 'revoked' ? 'withdrawn' : 'over'}</span>
            <span className="soft">{link.openedAt === null ? 'not opened yet' : `first opened ${instantOf(link.openedAt)}`}</span>
            <time dateTime={new Date(link.createdAt).toISOString()}>{instantOf(link.createdAt)}{link.byName && <>, <bdi>{link.byName}</bdi></>}</time>
            {link.state === 'open' && <Button size="s" pending={busy === link.id} onPress={() => void withdraw(link)} aria-label={`Withdraw the link of ${link.recipient}`}>Withdraw</Button>}
          </li>
        ))}
      </ul>
    </section>
  )
}
