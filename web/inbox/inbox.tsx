// The inbox, honestly empty: conversations are not built yet, and what works already is one step away.
import { Link } from '@tanstack/react-router'
import './inbox.css'
import { useSession } from '../session/session.ts'
import { Icon, type IconName } from '../shell/icon.tsx'
import { Page } from '../shell/page.tsx'

export function Inbox() {
  const { agent, brand } = useSession()
  const first = agent.name.trim().split(/\s+/)[0] ?? agent.name
  return (
    <Page title="Inbox" width="m">
      <section className="inbox-empty card" aria-labelledby="inbox-empty">
        <Tray />
        <div className="stack-s">
          <h2 id="inbox-empty">Conversations are not part of this version yet</h2>
          <p className="soft">When they are, what your customers write to {brand.name} will arrive here. Nothing is waiting for you, {first}: no message can be sent to this workspace today.</p>
        </div>
      </section>
      <section className="stack" aria-labelledby="inbox-now">
        <h2 id="inbox-now">What works now</h2>
        <ul className="ways">
          {agent.capabilities.includes('manage_settings') && <Way to="/b/$brand/settings/privacy" brand={brand.slug} icon="shield" title="Privacy & Security" text="Say from where this workspace may be opened, how long a session lasts, how passwords are kept." />}
          {agent.capabilities.includes('manage_settings') && <Way to="/b/$brand/settings/two-factor" brand={brand.slug} icon="twoFactor" title="Two-factor module" text="Decide when a code is asked: never, from outside the white-list, or always." />}
          {agent.role === 'admin' && <Way to="/b/$brand/settings/users" brand={brand.slug} icon="people" title="Users" text="Invite your team, say what each may do, and see who is locked or lacks a second factor." />}
          {agent.capabilities.includes('see_audit') && <Way to="/b/$brand/audit" brand={brand.slug} icon="audit" title="Audit trail" text="Read who changed what and who was refused, each row sealed to the one before." />}
          <Way to="/b/$brand/account" brand={brand.slug} icon="person" title="Your account" text={agent.hasFactor ? 'Your password, second factors, devices, and everywhere you are signed in.' : 'Add a second factor here; your password, devices, and everywhere you are signed in.'} />
        </ul>
      </section>
    </Page>
  )
}

interface WayProps { to: '/b/$brand/settings/privacy' | '/b/$brand/settings/two-factor' | '/b/$brand/settings/users' | '/b/$brand/audit' | '/b/$brand/account'; brand: string; icon: IconName; title: string; text: string }

function Way({ to, brand, icon, title, text }: WayProps) {
  return (
    <li>
      <Link className="way card" to={to} params={{ brand }}>
        <span className="way-icon"><Icon name={icon} size={22} /></span>
        <span className="stack-s">
          <strong>{title}</strong>
          <span className="soft">{text}</span>
        </span>
      </Link>
    </li>
  )
}

/** An empty tray, drawn in the lines of the mark. */
function Tray() {
  return (
    <svg className="tray" viewBox="0 0 120 84" width="120" height="84" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d="M10 50 24 18a6 6 0 0 1 5.500-4h61a6 6 0 0 1 5.500 4l14 32v20a6 6 0 0 1-6 6H16a6 6 0 0 1-6-6z" />
      <path d="M10 50h28l6 10h32l6-10h28" />
      <path className="tray-soft" d="M42 26h36M38 36h44" strokeDasharray="3 6" />
    </svg>
  )
}
