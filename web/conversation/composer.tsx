// Where one writes: an answer to the customer or a note for the team, kept as a draft until it is sent.
import { useId, useRef, type KeyboardEvent } from 'react'
import { Button } from '../controls/button.tsx'
import { numberOf } from '../controls/words.ts'
import { sayTyping } from '../inbox/company.ts'
import type { DraftKind } from '../inbox/drafts.ts'
import { useDrafts } from '../inbox/own-drafts.ts'
import type { Opened, Summary } from '../inbox/shapes.ts'
import { PendingList } from '../files/pending-list.tsx'
import type { UploadRules } from '../files/shapes.ts'
import type { PendingFiles } from '../files/pending.ts'
import { Icon } from '../shell/icon.tsx'
import { Clip } from './clip.tsx'
import { MentionList, useMentions } from './mentions.tsx'
import { MailTo } from './mail-to.tsx'
import { longestMessage } from './sending.ts'

const countFrom = 500

interface Props { conversation: Summary; opened: Opened; rules: UploadRules; kind: DraftKind; onKind: (kind: DraftKind) => void; files: PendingFiles; onSend: (kind: DraftKind, text: string, files: readonly { id: string; name: string }[]) => void }

export function Composer({ conversation, opened, rules, kind, onKind: setKind, files, onSend }: Props) {
  const id = useId()
  const drafts = useDrafts()
  const field = useRef<HTMLTextAreaElement>(null)
  const text = drafts.read(conversation.id, kind)
  const left = longestMessage - [...text.trim()].length
  const stages = files.read().map(({ stage }) => stage)
  const onTheWay = stages.some((stage) => stage === 'waiting' || stage === 'sending' || stage === 'cut')
  const empty = text.trim() === '' && !stages.includes('done')
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
    if (empty || left < 0 || onTheWay) return
    const said = text.trim()
    drafts.write(conversation.id, kind, '')
    onSend(kind, said, files.take())
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
              }} onSelect={mentions.onMove} onKeyDown={onKeyDown}
              onPaste={(event) => {
                const pasted = [...event.clipboardData.files]
                if (pasted.length === 0) return
                event.preventDefault()
                files.add(pasted, rules)
              }} />
            <div className="composer-files"><PendingList files={files} label="Files of this message" /></div>
            <div className="composer-foot">
              <Clip rules={rules} onFiles={(added) => files.add(added, rules)} />
              {left < countFrom && <span className={left < 0 ? 'fault' : 'small soft'} id={`${id}-left`}>{left < 0 ? `${numberOf(-left)} characters too many: a message has at most ${numberOf(longestMessage)}.` : `${numberOf(left)} characters left`}</span>}
              <span className="grow" />
              {onTheWay && <span className="small soft" role="status">Files are still on their way</span>}
              <span className="small soft composer-keys" aria-hidden="true">Ctrl+Enter</span>
              <Button look="main" size="s" isDisabled={empty || left < 0 || onTheWay} onPress={send}>{kind === 'note' ? 'Add note' : 'Send'}</Button>
            </div>
          </>
        )}
    </div>
  )
}
