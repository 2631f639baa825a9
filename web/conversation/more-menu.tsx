// The menu at the conversation's number: its link, forwarding it, its export, its hold, the customer's erasure, and why something about it was refused.
import { useState } from 'react'
import { Button } from 'react-aria-components/Button'
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import { Separator } from 'react-aria-components/Separator'
import { ForwardDialog } from '../forward/forward-dialog.tsx'
import { ForwardsDialog } from '../forward/forwards-dialog.tsx'
import { problemOf } from '../http/problem.ts'
import type { Opened } from '../inbox/shapes.ts'
import { EraseDialog } from '../privacy-acts/erase-dialog.tsx'
import { exportConversation, exportCustomer } from '../privacy-acts/exports.ts'
import { HoldDialog } from '../privacy-acts/hold-dialog.tsx'
import { useBrand, useSession } from '../session/session.ts'
import { toast } from '../shell/announce.ts'
import { Icon } from '../shell/icon.tsx'
import { mayPrivacy } from './may-privacy.ts'
import { RefusalsDialog } from './refusals-dialog.tsx'

type Asked = 'refusals' | 'hold' | 'erase' | 'forward' | 'forwards'
const asks: readonly string[] = ['refusals', 'hold', 'erase', 'forward', 'forwards'] satisfies Asked[]

export function MoreMenu({ opened }: { opened: Opened }) {
  const { conversation, customer } = opened
  const brand = useBrand()
  const { agent } = useSession()
  const [asked, ask] = useState<Asked | null>(null)
  const may = mayPrivacy(agent)
  const mayForward = agent.role === 'admin' || agent.capabilities.includes('forward')

  async function act(key: string): Promise<void> {
    if (asks.includes(key)) return ask(key as Asked)
    if (key === 'link') {
      const link = `${location.origin}/b/${encodeURIComponent(brand)}/inbox/${encodeURIComponent(conversation.id)}`
      return navigator.clipboard.writeText(link).then(() => toast('The link was copied.'), () => toast(`The browser did not allow copying. The link is ${link}`))
    }
    try {
      await (key === 'export' ? exportConversation(conversation.id, conversation.number) : exportCustomer(customer.id))
    } catch (error) {
      const problem = problemOf(error)
      // the person closed the question for a code: nothing happened, and they know
      if (problem.code !== 'step_up.required') toast(problem.detail || problem.title)
    }
  }
  return (
    <>
      <MenuTrigger>
        <Button className="button" data-look="icon" data-size="s" aria-label={`More about conversation ${conversation.number}`}><Icon name="more" size={18} /></Button>
        <Popover className="menu-pop" placement="bottom start">
          <Menu className="menu" aria-label={`Conversation ${conversation.number}`} disabledKeys={conversation.status === 'archived' ? ['forward'] : []} onAction={(key) => void act(String(key))}>
            <MenuItem id="link" className="menu-item"><Icon name="link" size={18} />Copy link</MenuItem>
            {mayForward && <MenuItem id="forward" className="menu-item" textValue="Forward"><span className="flip"><Icon name="forward" size={18} /></span><span>Forward…{conversation.status === 'archived' && <span className="menu-why small">Take it out of the archive first</span>}</span></MenuItem>}
            {mayForward && <MenuItem id="forwards" className="menu-item"><span className="flip"><Icon name="forward" size={18} /></span>What was forwarded</MenuItem>}
            <MenuItem id="refusals" className="menu-item"><Icon name="shield" size={18} />Why was this refused?</MenuItem>
            {may && <Separator className="menu-line" />}
            {may && <MenuItem id="export" className="menu-item"><Icon name="download" size={18} />Export this conversation</MenuItem>}
            {may && <MenuItem id="export-customer" className="menu-item"><Icon name="download" size={18} />Export everything about the customer</MenuItem>}
            {may && <MenuItem id="hold" className="menu-item"><Icon name="shield" size={18} />{conversation.held ? 'Release the legal hold' : 'Place a legal hold'}</MenuItem>}
            {may && customer.erasedAt === null && <MenuItem id="erase" className="menu-item menu-danger"><Icon name="trash" size={18} />Erase the customer</MenuItem>}
          </Menu>
        </Popover>
      </MenuTrigger>
      {asked === 'refusals' && <RefusalsDialog conversation={conversation} onClose={() => ask(null)} />}
      {asked === 'forward' && <ForwardDialog opened={opened} onClose={() => ask(null)} />}
      {asked === 'forwards' && <ForwardsDialog conversation={conversation} onClose={() => ask(null)} />}
      {asked === 'hold' && <HoldDialog conversation={conversation} onDone={() => ask(null)} />}
      {asked === 'erase' && <EraseDialog customer={customer} onDone={() => ask(null)} />}
    </>
  )
}
