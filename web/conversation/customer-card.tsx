// The customer at the side: how they are known, what is known of them, and what else they wrote.
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { Button } from '../controls/button.tsx'
import { dayOf, instantOf } from '../controls/words.ts'
import type { Opened } from '../inbox/shapes.ts'
import { useNow } from '../inbox/use-now.ts'
import { nameOf, rowTime, verifiedWords } from '../inbox/words.ts'
import { useBrand, useSession } from '../session/session.ts'
import { Icon } from '../shell/icon.tsx'
import { initials } from '../shell/person-menu.tsx'
import { CustomerForm } from './customer-form.tsx'

interface Props { opened: Opened; open: boolean; onClose: () => void }

export function CustomerCard({ opened, open, onClose }: Props) {
  const brand = useBrand()
  const now = useNow() + useSession().skew
  const [editing, edit] = useState(false)
  const { customer, conversation } = opened
  const name = nameOf(conversation.customer)
  const others = customer.conversations.filter(({ id }) => id !== conversation.id)
  return (
    <aside className="card-side" data-shown={open || undefined} aria-label="Customer">
      <div className="card-close"><Button look="icon" size="s" icon="close" aria-label="Close the customer card" onPress={onClose} /></div>
      <div className="card-who">
        <span className="avatar" data-large="" aria-hidden="true" data-initials={customer.erasedAt === null && customer.name ? initials(customer.name) : '?'} />
        <h3 className="break"><bdi>{name}</bdi>{customer.proven?.includes('name') && <> <Proven /></>}</h3>
      </div>
      {customer.erasedAt !== null
        ? <p className="card-verified small" data-tone="plain"><Icon name="trash" size={16} /><span>Erased on {instantOf(customer.erasedAt)}. The case was kept without the person.</span></p>
        : <p className="card-verified small" data-tone={customer.verifiedBy ? 'good' : 'plain'}><Icon name={customer.verifiedBy ? 'verified' : 'info'} size={16} /><span>{verifiedWords(customer.verifiedBy)}</span></p>}
      {customer.erasedAt === null && (editing
        ? <CustomerForm conversation={conversation.id} customer={customer} onDone={() => edit(false)} />
        : (
          <>
            <dl className="card-facts">
              <Fact label="Email" proven={customer.proven?.includes('email')}>{customer.email}</Fact>
              <Fact label="Phone" proven={customer.proven?.includes('phone')}>{customer.phone}</Fact>
              <Fact label="External id" proven={customer.proven?.includes('externalId')}>{customer.externalId}</Fact>
              {customer.fields.map((field, place) => <Fact key={place} label={field.name} note={field.personal ? 'personal' : undefined}>{field.value}</Fact>)}
              <Fact label="First seen">{dayOf(customer.createdAt)}</Fact>
              <Fact label="Last seen">{instantOf(customer.lastSeenAt)}</Fact>
              <Fact label="Channel">{conversation.channel.name}</Fact>
            </dl>
            <div><Button size="s" onPress={() => edit(true)}>Edit</Button></div>
          </>
        ))}
      <section className="card-others">
        <h3 className="small soft">Other conversations</h3>
        {others.length === 0 && <p className="small soft">This is the only one.</p>}
        <ul>
          {others.map((one) => (
            <li key={one.id}>
              <Link className="card-other" to="/b/$brand/inbox/$conversation" params={{ brand, conversation: one.id }} preload={false}>
                <span className="row small"><span className="status-dot" data-status={one.status} /><span className="nums">#{one.number}</span><span className="soft">{one.status}</span><time className="soft nums" dateTime={new Date(one.lastMessageAt).toISOString()}>{rowTime(one.lastMessageAt, now)}</time></span>
                <span className="small card-preview" dir="auto">{one.preview || 'No words yet'}</span>
              </Link>
            </li>
          ))}
        </ul>
      </section>
    </aside>
  )
}

/** The site has proven this one value. */
const Proven = () => <><Icon name="verified" size={16} /><span className="hidden"> proven by the site</span></>

function Fact({ label, note, proven, children }: { label: string; note?: string | undefined; proven?: boolean | undefined; children: ReactNode }) {
  return (
    <div>
      <dt className="small soft"><bdi>{label}</bdi>{note && ` (${note})`}{proven && <> <Proven /></>}</dt>
      <dd className="break" dir="auto">{children || <span className="soft">–<span className="hidden"> not known</span></span>}</dd>
    </div>
  )
}
