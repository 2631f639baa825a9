// The bell: how much one has not seen yet, and the list of what happened. It asks again whenever the inbox goes on.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { Button } from 'react-aria-components/Button'
import { Dialog, DialogTrigger } from 'react-aria-components/Dialog'
import { Popover } from 'react-aria-components/Popover'
import './bell.css'
import { instantOf } from '../controls/words.ts'
import { call } from '../http/api.ts'
import { hearInbox } from '../session/live.ts'
import { useAtFoot } from '../shell/at-foot.ts'
import { Icon } from '../shell/icon.tsx'

interface Told { id: string; kind: 'new' | 'assigned' | 'mentioned' | 'answered' | 'waiting'; conversation: string; number: number; customer: string | null; by: string | null; at: number; seen: boolean }
interface All { unseen: number; notifications: Told[] }

const askAgainMs = [1500, 5000]
const mostShown = 99

function wordsOf({ kind, number, customer, by }: Told): string {
  const who = customer ?? 'A customer'
  switch (kind) {
    case 'new': return `New conversation #${number}${customer === null ? '' : ` from ${customer}`}`
    case 'assigned': return `${by ?? 'Somebody'} assigned #${number} to you`
    case 'mentioned': return `${by ?? 'Somebody'} mentioned you in #${number}`
    case 'answered': return `${who} wrote in #${number}`
    case 'waiting': return `${who} waits too long in #${number}`
  }
}

export function Bell({ brand }: { brand: string }) {
  const atFoot = useAtFoot()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [open, setOpen] = useState(false)
  const { data } = useQuery({ queryKey: ['notifications'], queryFn: () => call<All>('GET', '/notifications'), refetchInterval: 30_000 })
  useEffect(() => {
    const timers = new Set<ReturnType<typeof setTimeout>>()
    // Moments later: what happened is found by a round, and a burst of changes is asked for once.
    const hear = hearInbox(({ type }) => {
      if (timers.size > 0 || (type !== 'inbox' && type !== 'messages' && type !== 'hello')) return
      for (const wait of askAgainMs) {
        const timer = setTimeout(() => { timers.delete(timer); void client.invalidateQueries({ queryKey: ['notifications'] }) }, wait)
        timers.add(timer)
      }
    })
    return () => { hear(); for (const timer of timers) clearTimeout(timer) }
  }, [client])
  const all = data?.notifications ?? []
  const unseen = data?.unseen ?? 0

  async function seen(): Promise<void> {
    const upTo = Math.max(0, ...all.map(({ at }) => at))
    await call('POST', '/notifications/seen', { body: { upTo } }).catch(() => undefined)
    await client.invalidateQueries({ queryKey: ['notifications'] })
  }
  return (
    <DialogTrigger isOpen={open} onOpenChange={(next) => { setOpen(next); if (!next && unseen > 0) void seen() }}>
      <Button className="rail-item">
        <span className="bell-icon"><Icon name="bell" size={22} />{unseen > 0 && <span className="bell-count" aria-hidden="true">{unseen > mostShown ? `${mostShown}+` : unseen}</span>}</span>
        <span>News{unseen > 0 && <span className="hidden">, {unseen} not seen yet</span>}</span>
      </Button>
      <Popover className="menu-pop bell-pop" placement={atFoot ? 'top' : 'end top'}>
        <Dialog className="bell" aria-label="Notifications">
          <div className="apart bell-head"><h2>Notifications</h2><button type="button" className="bell-choose" onClick={() => { setOpen(false); void navigate({ to: '/b/$brand/account', params: { brand }, hash: 'notifications-part' }) }}>Choose</button></div>
          {all.length === 0
            ? <p className="soft bell-none">Nothing yet. You are told here when somebody mentions you, gives you a conversation, or a customer waits for you.</p>
            : (
              <ul className="bell-list">
                {all.map((one) => (
                  <li key={one.id}>
                    <button type="button" className="bell-line" data-unseen={!one.seen || undefined} onClick={() => { setOpen(false); if (unseen > 0) void seen(); void navigate({ to: '/b/$brand/inbox/$conversation', params: { brand, conversation: one.conversation } }) }}>
                      <span className="auto-dir break">{wordsOf(one)}{!one.seen && <span className="hidden">, new</span>}</span>
                      <span className="small soft">{instantOf(one.at)}</span>
                    </button>
                  </li>
                ))}
              </ul>
            )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  )
}
