// The menu of one message: copying its text, and removing it for good.
import { useState } from 'react'
import { Button } from 'react-aria-components/Button'
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import { timeOf } from '../inbox/words.ts'
import type { Message, Opened } from '../inbox/shapes.ts'
import { RedactDialog } from '../privacy-acts/redact-dialog.tsx'
import { useSession } from '../session/session.ts'
import { toast } from '../shell/announce.ts'
import { Icon } from '../shell/icon.tsx'
import { mayPrivacy } from './may-privacy.ts'

export function MessageMenu({ opened, message }: { opened: Opened; message: Message }) {
  const { agent } = useSession()
  const [removing, remove] = useState(false)
  const what = message.kind === 'note' ? 'note' : 'message'
  return (
    <span className="said-more">
      <MenuTrigger>
        <Button className="button" data-look="icon" data-size="s" aria-label={`More about the ${what} of ${timeOf(message.at)}`}><Icon name="more" size={16} /></Button>
        <Popover className="menu-pop" placement="bottom end">
          <Menu className="menu" aria-label={`This ${what}`} onAction={(key) => {
            if (key === 'remove') remove(true)
            if (key === 'copy') navigator.clipboard.writeText(message.text).then(() => toast('The text was copied.'), () => toast('The browser did not allow copying. Select the text and copy it by hand.'))
          }}>
            <MenuItem id="copy" className="menu-item"><Icon name="copy" size={18} />Copy the text</MenuItem>
            {mayPrivacy(agent) && <MenuItem id="remove" className="menu-item menu-danger"><Icon name="trash" size={18} />Remove this {what}</MenuItem>}
          </Menu>
        </Popover>
      </MenuTrigger>
      {removing && <RedactDialog conversation={opened.conversation} message={message} onDone={() => remove(false)} />}
    </span>
  )
}
