// The left rail: where one goes, with Settings and the person at its foot; a bar at the foot of a narrow screen.
import { Link } from '@tanstack/react-router'
import type { LiveSession } from '../session/session.ts'
import { Bell } from '../notifications/bell.tsx'
import { Icon, type IconName } from './icon.tsx'
import { Mark } from './mark.tsx'
import { PersonMenu } from './person-menu.tsx'

interface Props { session: LiveSession; onSignOut: () => void }

export function Rail({ session, onSignOut }: Props) {
  const brand = session.brand.slug
  return (
    <nav className="rail" aria-label="Workspace">
      <Link className="rail-mark" to="/b/$brand/inbox" params={{ brand }} aria-label={`Portcullis, ${session.brand.name}`} title={session.brand.name} activeProps={{}}>
        <Mark />
      </Link>
      <RailLink to="/b/$brand/inbox" brand={brand} icon="inbox" label="Inbox" />
      {session.agent.capabilities.includes('see_audit') && <RailLink to="/b/$brand/audit" brand={brand} icon="audit" label="Audit" />}
      <Bell brand={brand} />
      <span className="rail-space" />
      <span className="rail-bottom">
        <RailLink to="/b/$brand/settings" brand={brand} icon="settings" label="Settings" />
        <PersonMenu session={session} onSignOut={onSignOut} />
      </span>
    </nav>
  )
}

interface RailLinkProps { to: '/b/$brand/inbox' | '/b/$brand/audit' | '/b/$brand/settings'; brand: string; icon: IconName; label: string }

function RailLink({ to, brand, icon, label }: RailLinkProps) {
  return (
    <Link className="rail-item" to={to} params={{ brand }} activeProps={{ 'aria-current': 'page' }}>
      <Icon name={icon} size={22} />
      {label}
    </Link>
  )
}
