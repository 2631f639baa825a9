// Who has the conversation: a person (with who is here and who answers now) and a team.
import { useQuery } from '@tanstack/react-query'
import { Button } from 'react-aria-components/Button'
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import { peopleQuery } from '../inbox/cache.ts'
import type { People, Summary } from '../inbox/shapes.ts'
import { useSession } from '../session/session.ts'
import { Icon } from '../shell/icon.tsx'
import { initials } from '../shell/person-menu.tsx'
import type { Change } from './change.ts'

const nobody = 'nobody'

export function Assign({ conversation, onChange }: { conversation: Summary; onChange: (change: Change) => void }) {
  const { agent } = useSession()
  const { data } = useQuery(peopleQuery)
  const others = (data?.people ?? []).filter(({ id }) => id !== agent.id).toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name))
  const own = data?.people.find(({ id }) => id === agent.id)
  const people = own ? [own, ...others] : others
  const { assignee, team } = conversation
  return (
    <>
      <MenuTrigger>
        <Button className="pick" data-shortcut="assign" aria-label={`Assignee: ${assignee?.name ?? 'Unassigned'}`}>
          {assignee ? <><span className="face-s" aria-hidden="true" data-initials={initials(assignee.name)} /><bdi>{assignee.name}</bdi></> : <><Icon name="person" size={14} />Unassigned</>}
          <Icon name="chevron" size={14} />
        </Button>
        <Popover className="menu-pop pick-pop" placement="bottom start">
          <Menu className="menu" aria-label="Assign to" selectionMode="single" disallowEmptySelection selectedKeys={[assignee?.id ?? nobody]} onSelectionChange={(keys) => { for (const key of keys) if (key !== (assignee?.id ?? nobody)) onChange({ assigneeId: key === nobody ? null : String(key) }) }}>
            <MenuItem id={nobody} className="menu-item" textValue="Nobody">Nobody{!assignee && <Chosen />}</MenuItem>
            {people.map((one) => (
              <MenuItem id={one.id} key={one.id} className="menu-item" textValue={one.name}>
                <span className="presence" data-presence={presenceOf(one)} />
                <span className="grow"><bdi>{one.name}</bdi>{one.id === agent.id && ' (you)'}<span className="small soft"> {presenceWords[presenceOf(one)]}</span></span>
                {assignee?.id === one.id && <Chosen />}
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
      {(data?.teams.length ?? 0) > 0 && (
        <MenuTrigger>
          <Button className="pick" aria-label={`Team: ${team?.name ?? 'No team'}`}><Icon name="team" size={14} />{team ? <bdi>{team.name}</bdi> : 'No team'}<Icon name="chevron" size={14} /></Button>
          <Popover className="menu-pop pick-pop" placement="bottom start">
            <Menu className="menu" aria-label="Team" selectionMode="single" disallowEmptySelection selectedKeys={[team?.id ?? nobody]} onSelectionChange={(keys) => { for (const key of keys) if (key !== (team?.id ?? nobody)) onChange({ teamId: key === nobody ? null : String(key) }) }}>
              <MenuItem id={nobody} className="menu-item" textValue="No team">No team{!team && <Chosen />}</MenuItem>
              {data?.teams.map((one) => <MenuItem id={one.id} key={one.id} className="menu-item" textValue={one.name}><bdi className="grow">{one.name}</bdi>{one.closed && <Icon name="lock" size={14} />}{team?.id === one.id && <Chosen />}</MenuItem>)}
            </Menu>
          </Popover>
        </MenuTrigger>
      )}
    </>
  )
}

const Chosen = () => <span className="menu-check"><Icon name="check" size={16} /></span>

type Presence = 'here' | 'away' | 'gone'
const presenceWords: Record<Presence, string> = { here: 'available', away: 'away', gone: 'not here' }
const presenceOf = ({ online, availability }: People['people'][number]): Presence => (!online ? 'gone' : availability === 'available' ? 'here' : 'away')
const rank = (one: People['people'][number]): number => ['here', 'away', 'gone'].indexOf(presenceOf(one))
