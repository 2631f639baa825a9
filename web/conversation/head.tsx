// The head of a conversation: whose it is, its number, where it stands, who has it, its tags, and who else is here.
import { Button } from '../controls/button.tsx'
import { instantOf } from '../controls/words.ts'
import { useCompany } from '../inbox/company.ts'
import type { Opened } from '../inbox/shapes.ts'
import { nameOf, verifiedWords } from '../inbox/words.ts'
import { Icon } from '../shell/icon.tsx'
import { Assign } from './assign.tsx'
import { useChange } from './change.ts'
import { MoreMenu } from './more-menu.tsx'
import { StatusMenu } from './status-menu.tsx'
import { Tags } from './tags.tsx'

interface Props { opened: Opened; cardOpen: boolean; onCard: () => void; onBack: () => void }

export function Head({ opened, cardOpen, onCard, onBack }: Props) {
  const { conversation } = opened
  const { viewers } = useCompany(conversation.id)
  const { change, busy } = useChange(conversation.id)
  const done = conversation.status === 'solved' || conversation.status === 'archived'
  return (
    <header className="talk-head">
      <div className="talk-title">
        <span className="talk-back flip"><Button look="icon" size="s" icon="back" aria-label="Back to the list" onPress={onBack} /></span>
        <h2 className="talk-name" dir="auto">{nameOf(conversation.customer)}</h2>
        {conversation.customer.verifiedBy && <span className="verified" title={verifiedWords(conversation.customer.verifiedBy)}><Icon name="verified" size={16} /><span className="hidden">Verified</span></span>}
        <span className="talk-number nums soft">#{conversation.number}</span>
        <MoreMenu opened={opened} />
        <span className="grow" />
        <Button size="s" look={done ? 'plain' : 'main'} icon={done ? undefined : 'check'} data-shortcut="solve" isDisabled={busy} onPress={() => change({ status: done ? 'open' : 'solved' })}>{done ? 'Reopen' : 'Solve'}</Button>
        <span className="card-button"><Button look="icon" size="s" icon="person" aria-label="About the customer" aria-expanded={cardOpen} onPress={onCard} /></span>
      </div>
      <div className="talk-facts">
        <StatusMenu status={conversation.status} onChoose={(status) => change({ status })} />
        <Assign conversation={conversation} onChange={change} />
        <Tags tags={conversation.tags} onAdd={(tag) => change({ addTag: tag })} onRemove={(tag) => change({ removeTag: tag })} />
      </div>
      {conversation.kind === 'email' && <p className="talk-subject" dir="auto"><Icon name="mail" size={16} /><span className="break">{conversation.subject || 'No subject'}</span></p>}
      {opened.conversation.hold && <p className="talk-line small"><Icon name="shield" size={14} /><span className="break">Under legal hold since {new Date(opened.conversation.hold.at).toLocaleDateString('en-GB')}, by <bdi>{opened.conversation.hold.byName}</bdi>: <bdi>{opened.conversation.hold.reason}</bdi></span></p>}
      {conversation.forwardReplyAt !== null && <p className="talk-line small"><span className="flip"><Icon name="forward" size={14} /></span><span>Forward reply since {instantOf(conversation.forwardReplyAt)}: read the note, then write to the customer.</span></p>}
      {viewers.length > 0 && <p className="talk-line small soft"><Icon name="eye" size={14} /><span>Also here: <bdi>{viewers.map(({ name }) => name).join(', ')}</bdi></span></p>}
    </header>
  )
}
