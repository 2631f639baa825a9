// The person's menu: who is signed in, the account, light or dark, and the way out.
import { useNavigate } from '@tanstack/react-router'
import { Button } from 'react-aria-components/Button'
import { Header } from 'react-aria-components/Header'
import { Menu, MenuItem, MenuSection, MenuTrigger } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import { Separator } from 'react-aria-components/Separator'
import type { LiveSession } from '../session/session.ts'
import { chooseAppearance, useAppearance, type Appearance } from './appearance.ts'
import { useAtFoot } from './at-foot.ts'
import { Icon, type IconName } from './icon.tsx'

const appearances: readonly { id: Appearance; label: string; icon: IconName }[] = [
  { id: 'light', label: 'Light', icon: 'sun' },
  { id: 'dark', label: 'Dark', icon: 'moon' },
  { id: 'system', label: 'As the system', icon: 'screen' },
]

export function PersonMenu({ session, onSignOut }: { session: LiveSession; onSignOut: () => void }) {
  const navigate = useNavigate()
  const appearance = useAppearance()
  const atFoot = useAtFoot()
  const { agent, brand } = session
  return (
    <MenuTrigger>
      <Button className="rail-item">
        <span className="face" aria-hidden="true" data-initials={initials(agent.name)} />
        <span>You<span className="hidden">, {agent.name}</span></span>
      </Button>
      <Popover className="menu-pop" placement={atFoot ? 'top' : 'end bottom'}>
        <Menu className="menu" aria-label="You" onAction={(key) => {
          if (key === 'account') void navigate({ to: '/b/$brand/account', params: { brand: brand.slug } })
          if (key === 'leave') onSignOut()
        }}>
          <MenuSection>
            <Header className="menu-head"><strong>{agent.name}</strong><br />{agent.email}</Header>
            <MenuItem id="account" className="menu-item"><Icon name="person" size={18} />Your account</MenuItem>
          </MenuSection>
          <Separator className="menu-line" />
          <MenuSection selectionMode="single" disallowEmptySelection selectedKeys={[appearance]} onSelectionChange={(keys) => { for (const key of keys) chooseAppearance(key as Appearance) }}>
            <Header className="menu-head">Appearance</Header>
            {appearances.map((one) => (
              <MenuItem id={one.id} key={one.id} className="menu-item" textValue={one.label}>
                {({ isSelected }) => (
                  <>
                    <Icon name={one.icon} size={18} />
                    {one.label}
                    {isSelected && <span className="menu-check"><Icon name="check" size={18} /></span>}
                  </>
                )}
              </MenuItem>
            ))}
          </MenuSection>
          <Separator className="menu-line" />
          <MenuItem id="leave" className="menu-item"><span className="flip"><Icon name="leave" size={18} /></span>Sign out</MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}

/** "Dana Roth" gives DR; a single name gives its first letter. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/)
  const first = [...(words[0] ?? '')][0] ?? '?'
  const last = words.length > 1 ? [...(words[words.length - 1] ?? '')][0] ?? '' : ''
  return (first + last).toUpperCase()
}
