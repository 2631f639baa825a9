// What is forwarded, to whom and how: recipients, a note, messages, files, and what is left out.
import { useId, useState, type SyntheticEvent } from 'react'
import { Button } from '../controls/button.tsx'
import { FaultLine } from '../controls/fault-line.tsx'
import { Note, ProblemNote } from '../controls/note.tsx'
import { TextField } from '../controls/text-field.tsx'
import { Radios, Tick } from '../controls/ticks.tsx'
import { countOf } from '../controls/words.ts'
import { faultAt } from '../http/problem.ts'
import type { Problem } from '../http/shapes.ts'
import type { Message } from '../inbox/shapes.ts'
import { timeOf } from '../inbox/words.ts'
import { addressesOf, type Choice, daysFault, type Forwards } from './forward.ts'

interface Props { messages: readonly Message[]; around: Forwards; choice: Choice; onChoice: (choice: Choice) => void; problem: Problem | null; busy: boolean; onPreview: () => void; onClose: () => void }

const longestShown = 140
const shortOf = (text: string): string => (text.length > longestShown ? `${text.slice(0, longestShown)}…` : text)

export function ForwardForm({ messages, around, choice, onChoice, problem, busy, onPreview, onClose }: Props) {
  const [copies, showCopies] = useState(choice.cc !== '' || choice.bcc !== '')
  const noteId = useId()
  const { may } = around
  const set = (some: Partial<Choice>) => onChoice({ ...choice, ...some })
  const fault = (path: string) => faultAt(problem?.faults, path)
  const files = messages.flatMap((message) => (choice.messages.includes(message.id) ? message.files.filter(({ state }) => state === 'accepted') : []))
  const linking = choice.as === 'link' && choice.files.length > 0
  const all = choice.messages.length === messages.length
  const named = ['to', 'cc', 'bcc', 'subject', 'note', 'messageIds', 'files'].some((path) => fault(path))
  function submit(event: SyntheticEvent) {
    event.preventDefault()
    onPreview()
  }
  return (
    <form className="stack" onSubmit={submit}>
      {may.nobody && <Note tone="warning" title="Forwarding is off in this channel">You can prepare it and ask an administrator for an exception.</Note>}
      <TextField label="To" name="forward-to" dir="ltr" inputMode="email" autoComplete="off" autoCapitalize="none" spellCheck={false} autoFocus value={choice.to} onChange={(to) => set({ to })} fault={fault('to')}
        help={may.anyone ? 'Separate several addresses by commas.' : 'Separate several addresses by commas. In this channel only some addresses may be forwarded to.'}
        inside={copies ? undefined : <Button look="quiet" size="s" onPress={() => showCopies(true)}>Cc, Bcc</Button>} />
      {copies && (
        <div className="forward-copies">
          <TextField label="Cc" name="forward-cc" dir="ltr" autoComplete="off" autoCapitalize="none" spellCheck={false} value={choice.cc} onChange={(cc) => set({ cc })} fault={fault('cc')} />
          <TextField label="Bcc" name="forward-bcc" dir="ltr" autoComplete="off" autoCapitalize="none" spellCheck={false} value={choice.bcc} onChange={(bcc) => set({ bcc })} fault={fault('bcc')} />
        </div>
      )}
      <TextField label="Subject" name="forward-subject" dir="auto" autoComplete="off" maxLength={200} value={choice.subject} onChange={(subject) => set({ subject })} fault={fault('subject')} />
      <div className="field">
        <label className="field-label" htmlFor={noteId}>Note to the recipient</label>
        <textarea id={noteId} className="input" dir="auto" rows={3} value={choice.note} onChange={(event) => set({ note: event.target.value })} />
        {fault('note') && <FaultLine fault={fault('note')!} id={`${noteId}-fault`} />}
      </div>
      <fieldset className="forward-set">
        <legend className="apart"><span className="field-label">Messages <span className="soft nums">{choice.messages.length} of {messages.length}</span></span>
          {messages.length > 1 && <Button look="quiet" size="s" onPress={() => set({ messages: all ? [] : messages.map(({ id }) => id) })}>{all ? 'None' : 'All'}</Button>}</legend>
        {messages.length === 0 && <p className="soft small">Nothing was said yet that could be forwarded.</p>}
        <ul className="forward-list" tabIndex={0} aria-label="Messages">
          {messages.map((message) => (
            <li key={message.id}>
              <Tick isSelected={choice.messages.includes(message.id)} onChange={(on) => set({ messages: on ? [...choice.messages, message.id] : choice.messages.filter((one) => one !== message.id), files: on ? choice.files : choice.files.filter((one) => !message.files.some(({ id }) => id === one)) })}>
                <span className="small soft">{message.author.kind === 'customer' ? 'Customer' : message.author.name}, {timeOf(message.at)}</span>
                <span className="forward-said" dir="auto">{shortOf(message.text)}</span>
              </Tick>
            </li>
          ))}
        </ul>
        <p className="small soft">Notes of your team stay inside.</p>
        {fault('messageIds') && <FaultLine fault={fault('messageIds')!} id={`${noteId}-messages`} />}
      </fieldset>
      {files.length > 0 && (
        <fieldset className="forward-set">
          <legend className="field-label">Files <span className="soft nums">{choice.files.length} of {files.length}</span></legend>
          {files.map((file) => <Tick key={file.id} isSelected={choice.files.includes(file.id)} onChange={(on) => set({ files: on ? [...choice.files, file.id] : choice.files.filter((one) => one !== file.id) })}><bdi>{file.name}</bdi></Tick>)}
          {fault('files') && <FaultLine fault={fault('files')!} id={`${noteId}-files`} />}
          {choice.files.length > 0 && <FilesLeave choice={choice} set={set} />}
          {!choice.details && choice.files.length > 0 && <Note tone="warning">Only the names of files are masked. What stands inside of them leaves as it is: look at each before you send it.</Note>}
        </fieldset>
      )}
      <div className="stack-s">
        <Tick isSelected={choice.mayReply} isDisabled={!may.reply} onChange={(mayReply) => set({ mayReply })}>
          The recipient may answer
          <span className="field-help forward-why">{may.reply ? 'Answers come back as notes that only your team sees.' : 'No channel of this brand takes mail in, so an answer would reach nobody.'}</span>
        </Tick>
        <Tick isSelected={choice.details} isDisabled={!may.details} onChange={(details) => set({ details })}>
          Include details of the customer
          <span className="field-help forward-why">{may.details ? 'Name, email, phone, customer number and personal fields stand in the mail.' : 'The settings of this channel keep name, email, phone, customer number and personal fields out of every forward.'}</span>
        </Tick>
      </div>
      {problem && !named && <ProblemNote problem={problem} />}
      <div className="row-end">
        <Button onPress={onClose}>Cancel</Button>
        <Button look="main" type="submit" isDisabled={addressesOf(choice.to).length === 0 || (linking && daysFault(choice.linkDays) !== undefined)} pending={busy}>{busy ? 'Making the preview…' : `Preview${choice.messages.length > 0 ? ` with ${countOf(choice.messages.length, 'message')}` : ''}`}</Button>
      </div>
    </form>
  )
}

function FilesLeave({ choice, set }: { choice: Choice; set: (some: Partial<Choice>) => void }) {
  return (
    <>
      <Radios aria-label="How files leave" value={choice.as} onChange={(as) => set({ as: as === 'attachment' ? 'attachment' : 'link' })} options={[
        { value: 'link', label: 'As links', help: 'Each recipient has links of their own, opened by a code that is mailed to them. You see who opened them, and they end with the forward.' },
        { value: 'attachment', label: 'Attached', help: 'The files themselves; what was sent cannot be called back.' },
      ]} />
      {choice.as === 'link' && <TextField label="Days until the links end" name="forward-days" inputMode="numeric" autoComplete="off" maxLength={2} value={choice.linkDays} onChange={(linkDays) => set({ linkDays })} fault={daysFault(choice.linkDays)} />}
    </>
  )
}
