// Where one writes: an answer to the customer or a note for the team, kept as a draft until it is sent.
import { useId, useRef, type KeyboardEvent } from 'react'
import { Button } from '../controls/button.tsx'
import { numberOf } from '../controls/words.ts'
import { sayTyping } from '../inbox/company.ts'
import type { DraftKind } from '../inbox/drafts.ts'
import { useDrafts } from '../inbox/own-drafts.ts'
import type { Opened, Summary } from '../inbox/shapes.ts'
import { announce } from '../shell/announce.ts'
import { Icon } from '../shell/icon.tsx'
import { useComposerKind } from './composer-kind.ts'
import { MentionList, useMentions } from './mentions.tsx'
import { MailTo } from './mail-to.tsx'
import { longestMessage } from './sending.ts'

const noFiles = 'Files come with the media module; not built yet.'
const countFrom = 500

export function Composer({ conversation, opened, onSend }: { conversation: Summary; opened: Opened; onSend: (kind: DraftKind, text: string) => void }) {
  const id = useId()
  const drafts = useDrafts()
  const [kind, setKind] = useComposerKind(conversation.id)
  const field = useRef<HTMLTextAreaElement>(null)
  const text = drafts.read(conversation.id, kind)
  const left = longestMessage - [...text.trim()].length
  const empty = text.trim() === ''
  const gone = conversation.customer.erased
  const label = kind === 'note' ? 'Internal note' : 'Answer'
  const mentions = useMentions({ field, text, on: kind === 'note', onText: (next) => drafts.write(conversation.id, kind, next) })

  function choose(next: DraftKind): void {
    setKind(next)
    // at once, so that the next key is text already; the field may only come with the other kind
    if (field.current) field.current.focus()
    else requestAnimationFrame(() => field.current?.focus())
  }
  function send(): void {
    if (empty || left < 0) return
    const said = text.trim()
    drafts.write(conversation.id, kind, '')
    onSend(kind, said)
    field.current?.focus()
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (mentions.onKeyDown(event)) return
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.nativeEvent.isComposing) {
      event.preventDefault()
      send()
    }
    if (event.key === 'Escape') {
      event.preventDefault()
      field.current?.blur()
    }
  }
  return (
    <div className="composer" data-kind={kind}>
      <div className="composer-kinds" role="group" aria-label="What to write">
        <button type="button" className="composer-kind" aria-pressed={kind === 'text'} data-shortcut="answer" onClick={() => choose('text')}>Answer</button>
        <button type="button" className="composer-kind" aria-pressed={kind === 'note'} data-shortcut="note" onClick={() => choose('note')}><Icon name="lock" size={13} />Internal note</button>
        {kind === 'note' && <span className="composer-hint small">Only your team sees this</span>}
      </div>
      {gone && kind === 'text'
        ? <p className="composer-closed soft">This customer was erased; nobody would read an answer. You can still leave a note.</p>
        : (
          <>
            {kind === 'text' && conversation.kind === 'email' && <MailTo key={conversation.id} opened={opened} />}
            <label className="hidden" htmlFor={id}>{label}</label>
            <MentionList id={`${id}-mentions`} mentions={mentions} />
            <textarea ref={field} id={id} className="composer-text" dir="auto" rows={2} placeholder={kind === 'note' ? 'Write a note for your team; @ names a colleague' : 'Write an answer'} value={text} aria-describedby={left < countFrom ? `${id}-left` : undefined} aria-invalid={left < 0 || undefined}
              aria-autocomplete={kind === 'note' ? 'list' : undefined} aria-controls={mentions.people.length > 0 ? `${id}-mentions` : undefined} aria-activedescendant={mentions.people.length > 0 ? `${id}-mentions-${mentions.active}` : undefined}
              onChange={(event) => {
                drafts.write(conversation.id, kind, event.target.value)
                mentions.onMove()
                if (kind === 'text' && event.target.value.trim()) sayTyping(conversation.id)
              }} onSelect={mentions.onMove} onKeyDown={onKeyDown} />
            <div className="composer-foot">
              <button type="button" className="button composer-clip" data-look="icon" data-size="s" aria-disabled="true" aria-label={`Attach a file. ${noFiles}`} title={noFiles} onClick={() => announce(noFiles)}><Icon name="clip" size={16} /></button>
              {left < countFrom && <span className={left < 0 ? 'fault' : 'small soft'} id={`${id}-left`}>{left < 0 ? `${numberOf(-left)} characters too many: a message has at most ${numberOf(longestMessage)}.` : `${numberOf(left)} characters left`}</span>}
              <span className="grow" />
              <span className="small soft composer-keys" aria-hidden="true">Ctrl+Enter</span>
              <Button look="main" size="s" isDisabled={empty || left < 0} onPress={send}>{kind === 'note' ? 'Add note' : 'Send'}</Button>
            </div>
          </>
        )}
    </div>
  )
}
