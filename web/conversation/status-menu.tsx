// The status as a small menu.
import { Button } from 'react-aria-components/Button'
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import type { Status } from '../inbox/shapes.ts'
import { statuses } from '../inbox/view.ts'
import { Icon } from '../shell/icon.tsx'

export function StatusMenu({ status, onChoose }: { status: Status; onChoose: (status: Status) => void }) {
  return (
    <MenuTrigger>
      <Button className="pick" aria-label={`Status: ${status}`}><span className="status-dot" data-status={status} />{statuses.find(({ id }) => id === status)?.label}<Icon name="chevron" size={14} /></Button>
      <Popover className="menu-pop" placement="bottom start">
        <Menu className="menu" aria-label="Status" selectionMode="single" disallowEmptySelection selectedKeys={[status]} onSelectionChange={(keys) => { for (const key of keys) if (key !== status) onChoose(key as Status) }}>
          {statuses.map(({ id, label }) => (
            <MenuItem id={id} key={id} className="menu-item" textValue={label}>
              {({ isSelected }) => <><span className="status-dot" data-status={id} />{label}{isSelected && <span className="menu-check"><Icon name="check" size={16} /></span>}</>}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}
