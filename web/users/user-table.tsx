// The people as a table; on a narrow screen each becomes a card (the roles are said because `display` would take them away).
import { Link } from '@tanstack/react-router'
import { instantOf, msOf, spanOf } from '../controls/words.ts'
import { Icon } from '../shell/icon.tsx'
import { initials } from '../shell/person-menu.tsx'
import { capabilities, heldFactors, states, type User } from './user.ts'

/** `now`: the server's clock, ms. */
export function UserTable({ users, brand, self, now }: { users: readonly User[]; brand: string; self: string; now: number }) {
  return (
    <div className="card users-card">
      <table className="users-table" role="table">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">Person</th><th role="columnheader" scope="col">Rights</th><th role="columnheader" scope="col">Second factor</th>
            <th role="columnheader" scope="col">Last seen</th><th role="columnheader" scope="col">State</th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {users.map((user) => (
            <tr role="row" key={user.id} data-state={user.state}>
              <td role="cell" className="users-person">
                <span className="users-who">
                  <Avatar user={user} />
                  <span className="users-name">
                    <Link className="users-open auto-dir" to="/b/$brand/settings/users/$id" params={{ brand, id: user.id }}>{user.name}</Link>
                    {user.id === self && <span className="badge">You</span>}
                    <span className="soft small break users-email"><bdi>{user.email}</bdi></span>
                  </span>
                </span>
              </td>
              <td role="cell" className="users-rights"><Rights user={user} /></td>
              <td role="cell" className="users-factors"><Factors user={user} /></td>
              <td role="cell" className="users-seen nums"><Seen user={user} now={now} /></td>
              <td role="cell" className="users-state"><StateBadges user={user} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

export function Avatar({ user, large }: { user: Pick<User, 'name' | 'state'>; large?: boolean }) {
  return <span className="avatar" aria-hidden="true" data-initials={initials(user.name)} data-state={user.state} data-large={large || undefined} />
}

function Rights({ user }: { user: User }) {
  if (user.role === 'admin') return <span className="badge" data-tone="accent">Administrator</span>
  const held = capabilities.filter(({ id }) => user.capabilities.includes(id))
  return <span className="row users-chips"><span className="badge">Agent</span>{held.map(({ id, short, label }) => <span className="badge" key={id} title={label}>{short}</span>)}</span>
}

function Factors({ user }: { user: User }) {
  const held = heldFactors(user)
  if (user.state === 'invited') return <span className="soft small">On joining</span>
  if (held.length === 0) return <span className="users-none small"><Icon name="warning" size={16} />None</span>
  return <span className="row users-icons">{held.map(({ icon, label }) => <span key={label} title={label}><Icon name={icon} size={18} /><span className="hidden">{label} </span></span>)}</span>
}

function Seen({ user, now }: { user: User; now: number }) {
  if (!user.lastSeen) return <span className="soft">–<span className="hidden"> not seen lately</span></span>
  const ago = now - msOf(user.lastSeen.at)
  return (
    <span>
      <time dateTime={new Date(user.lastSeen.at).toISOString()} title={instantOf(user.lastSeen.at)}>{ago < 90_000 ? 'Just now' : `${spanOf(ago)} ago`}</time>
      {user.lastSeen.address && <span className="mono small soft break users-address"><bdi>{user.lastSeen.address}</bdi></span>}
    </span>
  )
}

export function StateBadges({ user }: { user: User }) {
  const { label, tone } = states[user.state]
  const invitation = user.links.some(({ kind }) => kind === 'invite')
  return (
    <span className="row users-chips">
      <span className="badge" data-tone={tone}>{label}</span>
      {user.state === 'invited' && !invitation && <span className="badge" data-tone="warn">Link ran out</span>}
      {user.locks.length > 0 && <span className="badge" data-tone="danger"><Icon name="lock" size={13} />Locked</span>}
      {user.mustChange && <span className="badge" data-tone="warn">New password due</span>}
    </span>
  )
}
