// Settings & Features: every module as an icon, by what it is about; those of settings for who may see them.
import { Link } from '@tanstack/react-router'
import './features.css'
import { useSession } from '../session/session.ts'
import { Icon, type IconName } from '../shell/icon.tsx'
import { Notices } from '../shell/notices.tsx'
import { Page } from '../shell/page.tsx'

interface Tile { to: string; /** only for who may manage settings */ ofSettings?: true; icon: IconName; title: string; text: string }

const groups = [
  {
    name: 'Privacy and security',
    tiles: [
      { to: '/b/$brand/settings/privacy', ofSettings: true, icon: 'shield', title: 'Privacy & Security', text: 'White-lists, passwords, sessions, files' },
      { to: '/b/$brand/settings/two-factor', ofSettings: true, icon: 'twoFactor', title: 'Two-factor module', text: 'When a code is asked' },
      { to: '/b/$brand/settings/standards', ofSettings: true, icon: 'verified', title: 'Standards', text: 'PCI DSS, NIST, OWASP: met or not, with evidence' },
      { to: '/b/$brand/settings/quarantine', icon: 'media', title: 'Quarantine', text: 'Files that were held back' },
      { to: '/b/$brand/audit', icon: 'audit', title: 'Audit trail', text: 'Who did what, sealed row by row' },
    ],
  },
  {
    name: 'Changes of settings',
    tiles: [
      { to: '/b/$brand/settings/history', ofSettings: true, icon: 'clock', title: 'History of the settings', text: 'Each change, and the way back' },
      { to: '/b/$brand/settings/proposals', ofSettings: true, icon: 'check', title: 'Waiting changes', text: 'What a second administrator must approve' },
      { to: '/b/$brand/settings/explain', ofSettings: true, icon: 'search', title: 'Explain a decision', text: 'Why it was refused, and what would change it' },
    ],
  },
  {
    name: 'People',
    tiles: [
      { to: '/b/$brand/settings/users', icon: 'people', title: 'Users', text: 'Who may sign in, and what each may do' },
      { to: '/b/$brand/settings/teams', icon: 'team', title: 'Teams', text: 'Who works together, and who sees what' },
      { to: '/b/$brand/settings/exceptions', icon: 'forward', title: 'Requests to forward', text: 'Addresses that agents ask you to allow' },
      { to: '/b/$brand/account', icon: 'person', title: 'Your account', text: 'Your factors and this session' },
    ],
  },
  {
    name: 'Ways in and out',
    tiles: [
      { to: '/b/$brand/settings/channels', icon: 'channel', title: 'Channels', text: 'Chat, mail and API, each with its own settings' },
      { to: '/b/$brand/settings/mail', icon: 'mail', title: 'Mail', text: 'What leaves by mail, and what could not' },
      { to: '/b/$brand/settings/api-keys', icon: 'key', title: 'API keys', text: 'What your own servers may ask for' },
      { to: '/b/$brand/settings/webhooks', icon: 'webhook', title: 'Webhooks', text: 'Your servers are told what happens' },
      { to: '/b/$brand/settings/accounts', icon: 'building', title: 'Accounts', text: 'This brand and its address' },
    ],
  },
] as const satisfies readonly { name: string; tiles: readonly Tile[] }[]

export function Features() {
  const { agent, brand } = useSession()
  const mayManage = agent.capabilities.includes('manage_settings')
  const shown = groups.map(({ name, tiles }) => ({ name, tiles: tiles.filter((tile) => !('ofSettings' in tile) || mayManage) })).filter(({ tiles }) => tiles.length > 0)
  return (
    <Page title="Settings & Features" lead={`Everything that can be set for ${brand.name}.`}>
      <Notices tones={['info']} />
      {shown.map(({ name, tiles }) => (
        <section key={name} aria-label={name} className="stack-s">
          <h2 className="tiles-name">{name}</h2>
          <ul className="tiles">
            {tiles.map((tile) => (
              <li key={tile.title}>
                <Link className="tile card" to={tile.to} params={{ brand: brand.slug }}>
                  <span className="tile-icon"><Icon name={tile.icon} size={28} /></span>
                  <strong>{tile.title}</strong>
                  <span className="soft small">{tile.text}</span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </Page>
  )
}
