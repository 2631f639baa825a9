// While somebody is signed in: the site around the frame may ask for a customer, and is told what was opened and solved.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { Note } from '../controls/note.tsx'
import { Button } from '../controls/button.tsx'
import { call } from '../http/api.ts'
import { conversationOptions } from '../inbox/cache.ts'
import { useBrand } from '../session/session.ts'
import { hearSite, tellSite, type Wanted } from './site.ts'

interface Found { conversation: { id: string } | null }

export function SiteTalk() {
  const brand = useBrand()
  const navigate = useNavigate()
  const [missing, setMissing] = useState<string | null>(null)
  const open = useParams({ strict: false, select: (params) => (params as { conversation?: string }).conversation ?? null })
  const newest = useRef(0)

  useEffect(() => {
    async function show(wanted: Wanted) {
      const turn = (newest.current += 1)
      const { conversation } = await call<Found>('GET', `/frame/customer?${new URLSearchParams(Object.entries(wanted))}`).catch(() => ({ conversation: null }))
      // another customer was asked for meanwhile
      if (turn !== newest.current) return
      setMissing(conversation ? null : (wanted.externalId ?? wanted.customer ?? ''))
      if (conversation) void navigate({ to: '/b/$brand/inbox/$conversation', params: { brand, conversation: conversation.id } })
      else tellSite({ type: 'portcullis:not-found', customer: wanted.customer ?? null, externalId: wanted.externalId ?? null })
    }
    const end = hearSite((wanted) => void show(wanted))
    tellSite({ type: 'portcullis:ready' })
    return end
  }, [brand, navigate])

  return (
    <>
      {open && <OpenTold key={open} id={open} />}
      {missing !== null && (
        <div className="frame-missing">
          <Note tone="warning" live title="No conversation with this customer">The site asked for <span className="mono break">{missing}</span>; nothing is here, or it is not open to you. <Button size="s" look="quiet" onPress={() => setMissing(null)}>Close</Button></Note>
        </div>
      )}
    </>
  )
}

/** Tells the site once that this conversation is open, and each time it becomes solved. */
function OpenTold({ id }: { id: string }) {
  const client = useQueryClient()
  const { data } = useQuery({ ...conversationOptions(client, id), retry: 1 })
  const before = useRef<string | null>(null)
  useEffect(() => {
    if (!data) return
    const { conversation, customer } = data
    const of = { conversation: conversation.id, number: conversation.number, customer: conversation.customer.id, externalId: customer.externalId ?? null }
    if (before.current === null) tellSite({ type: 'portcullis:opened', ...of })
    else if (before.current !== 'solved' && conversation.status === 'solved') tellSite({ type: 'portcullis:solved', ...of })
    before.current = conversation.status
  }, [data])
  return null
}
