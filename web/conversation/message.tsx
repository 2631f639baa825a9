// One message as it stands in the conversation: said, noted, removed, or still on its way.
import { instantOf } from '../controls/words.ts'
import { Button } from '../controls/button.tsx'
import { MessageFiles } from '../files/message-files.tsx'
import type { Unsent } from '../inbox/drafts.ts'
import type { Message, Opened } from '../inbox/shapes.ts'
import { nameOf, timeOf, verifiedMark } from '../inbox/words.ts'
import { useSession } from '../session/session.ts'
import { Icon } from '../shell/icon.tsx'
import { initials } from '../shell/person-menu.tsx'
import { DeliveryFault, DeliveryState, MailBody, MailHead } from './mail.tsx'
import { MessageMenu } from './message-menu.tsx'

interface Props { opened: Opened; message: Message; follows: boolean }

export function MessageView({ opened, message, follows }: Props) {
  const { agent } = useSession()
  const { author, kind, redacted } = message
  const side = kind === 'note' ? 'note' : author.kind === 'customer' ? 'customer' : author.kind === 'agent' ? 'agent' : 'system'
  const name = author.id === agent.id && author.kind === 'agent' ? 'You' : author.kind === 'customer' ? nameOf(opened.conversation.customer) : author.name || 'System'
  return (
    <article className="said" data-side={side} data-follows={follows || undefined} data-message={message.id} aria-label={`${kind === 'note' ? 'Note of' : 'Message of'} ${name}, ${timeOf(message.at)}`}>
      {!follows && (
        <p className="said-head small">
          {author.kind === 'agent' && <span className="face-s" aria-hidden="true" data-initials={initials(author.name)} />}
          <strong><bdi>{name}</bdi></strong>
          {kind === 'note' && <span className="said-only"><Icon name="lock" size={12} />Only your team sees this</span>}
        </p>
      )}
      <div className="said-line">
        <div className="said-body">
          {redacted
            ? <p className="said-gone">A message was removed by <bdi>{redacted.byName}</bdi> on {instantOf(redacted.at)}.</p>
            : (
              <>
                {message.mail ? <><MailHead opened={opened} message={message} mail={message.mail} /><MailBody opened={opened} message={message} mail={message.mail} /></> : message.text !== '' && <p className="said-text" dir="auto">{message.text}</p>}
                <MessageFiles files={message.files} />
              </>
            )}
          <p className="said-foot small">
            {message.mail && <DeliveryState mail={message.mail} />}
            {message.verified && <span className="verified" title={verifiedMark(opened.customer.verifiedBy)}><Icon name="verified" size={13} /><span className="hidden">{verifiedMark(opened.customer.verifiedBy)}.</span></span>}
            <time className="nums" dateTime={new Date(message.at).toISOString()} title={instantOf(message.at)}>{timeOf(message.at)}</time>
          </p>
        </div>
        {!redacted && <MessageMenu opened={opened} message={message} />}
      </div>
      {message.mail && <DeliveryFault mail={message.mail} />}
    </article>
  )
}

/** What was done: small and grey, between what was said. */
export function EventLine({ message }: { message: Message }) {
  return (
    <p className="event-line small soft" data-message={message.id}>
      <span dir="auto">{message.text}</span> <time className="nums" dateTime={new Date(message.at).toISOString()} title={instantOf(message.at)}>{timeOf(message.at)}</time>
    </p>
  )
}

interface UnsentProps { message: Unsent; onAgain: () => void; onGiveUp: () => void }

export function UnsentView({ message, onAgain, onGiveUp }: UnsentProps) {
  return (
    <article className="said" data-side={message.kind === 'note' ? 'note' : 'agent'} data-unsent={message.fault === null ? 'sending' : 'failed'} aria-label={message.fault === null ? 'Your message, being sent' : 'Your message, not sent'}>
      <div className="said-line">
        <div className="said-body">
          {message.text !== '' && <p className="said-text" dir="auto">{message.text}</p>}
          {message.files && message.files.length > 0 && <ul className="files">{message.files.map(({ id: file, name }) => <li key={file} className="file-gone small"><Icon name="file" size={16} /><bdi className="break">{name}</bdi></li>)}</ul>}
          <p className="said-foot small">{message.fault === null ? 'Sending…' : 'Not sent'}</p>
        </div>
      </div>
      {message.fault !== null && (
        <div className="said-fault small" role="alert">
          <Icon name="warning" size={14} />
          <span className="break">{message.fault}</span>
          <Button size="s" onPress={onAgain}>Try again</Button>
          <Button size="s" look="quiet" onPress={onGiveUp}>Edit</Button>
        </div>
      )}
    </article>
  )
}
