// What a message by mail shows beside its text: from whom to whom, what is to be known of it, its whole or formatted version, and whether it has arrived.
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import './mail.css'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { countOf, instantOf } from '../controls/words.ts'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import type { MailAddress, MailShown, Message, Opened, WholeMail } from '../inbox/shapes.ts'
import { Icon } from '../shell/icon.tsx'
import { Failed } from '../shell/page.tsx'

const pathOf = (opened: Opened, message: Message): string => `/conversations/${encodeURIComponent(opened.conversation.id)}/messages/${encodeURIComponent(message.id)}`
const useWhole = (opened: Opened, message: Message, wanted: boolean) => useQuery({ queryKey: ['mail', message.id], queryFn: () => call<WholeMail>('GET', `${pathOf(opened, message)}/mail`), enabled: wanted, staleTime: Infinity, retry: 1 })

function Addresses({ list }: { list: readonly MailAddress[] }) {
  return list.map(({ name, address }, place) => <span key={`${address}${place}`} title={address}>{place > 0 && ', '}<bdi>{name || address}</bdi>{name && address && <span className="soft"> <bdi>{address}</bdi></span>}</span>)
}

/** Above the text: who sent it to whom, and a subject that is not the conversation's. */
export function MailHead({ opened, message, mail }: { opened: Opened; message: Message; mail: MailShown }) {
  const [open, setOpen] = useState(false)
  const own = opened.conversation.subject ?? ''
  const differs = mail.subject !== '' && !mail.subject.toLowerCase().endsWith(own.toLowerCase())
  return (
    <div className="mail-head small">
      <p className="mail-line">
        <Icon name="mail" size={14} />
        <span className="break">
          {mail.direction === 'in' && <><span className="hidden">From </span><Addresses list={[mail.from]} /></>}
          {mail.to.length > 0 && <><span className="soft"> to </span><Addresses list={mail.to} /></>}
          {mail.cc.length > 0 && <><span className="soft">, copies to </span><Addresses list={mail.cc} /></>}
        </span>
        <button type="button" className="linklike" onClick={() => setOpen(true)}>Details</button>
      </p>
      {differs && <p className="mail-subject" dir="auto">{mail.subject}</p>}
      {mail.marks.map((words) => <p className="mail-mark" key={words}><Icon name="info" size={14} /><span className="break">{words}</span></p>)}
      {open && <MailDetails opened={opened} message={message} onClose={() => setOpen(false)} />}
    </div>
  )
}

function MailDetails({ opened, message, onClose }: { opened: Opened; message: Message; onClose: () => void }) {
  const whole = useWhole(opened, message, true)
  return (
    <Dialog title="Details of this mail" open onClose={onClose} size="l">
      {whole.error && <Failed problem={problemOf(whole.error)} onAgain={() => void whole.refetch()} />}
      {whole.isPending && <div className="pulse" style={{ blockSize: '10rem' }} role="status" aria-label="Loading" />}
      {whole.data && (
        <div className="stack">
          <dl className="mail-facts">
            <dt>Subject</dt><dd dir="auto">{whole.data.subject || 'None'}</dd>
            <dt>From</dt><dd><Addresses list={[whole.data.from]} /></dd>
            <dt>To</dt><dd>{whole.data.to.length === 0 ? 'Nobody is named' : <Addresses list={whole.data.to} />}</dd>
            {whole.data.cc.length > 0 && <><dt>Copies</dt><dd><Addresses list={whole.data.cc} /></dd></>}
            {whole.data.authentication && <><dt>Checks on the way</dt><dd><bdi className="mono small break">{whole.data.authentication}</bdi><span className="small soft channel-block">As a server on the way wrote it down. It is shown, and trusted by nothing here.</span></dd></>}
          </dl>
          {whole.data.headers && <><h3 className="mail-part">Header as it came</h3><pre className="mail-raw mono small" dir="ltr" tabIndex={0} role="group" aria-label="Header">{whole.data.headers}</pre></>}
          {whole.data.raw && <><h3 className="mail-part">As it came</h3><pre className="mail-raw mono small" dir="ltr" tabIndex={0} role="group" aria-label="The mail as it came">{whole.data.raw}</pre></>}
        </div>
      )}
      <div className="row-end"><Button onPress={onClose}>Close</Button></div>
    </Dialog>
  )
}

/** The text as it was written now; the whole of it, or its formatted version, by choice. */
export function MailBody({ opened, message, mail }: { opened: Opened; message: Message; mail: MailShown }) {
  const [shown, show] = useState<'text' | 'whole' | 'formatted'>('text')
  const whole = useWhole(opened, message, shown === 'whole')
  const text = shown === 'whole' && whole.data ? whole.data.text : message.text
  return (
    <div className="mail-body">
      {mail.formatted && (
        <div className="mail-switch" role="group" aria-label="How this mail is shown">
          <button type="button" aria-pressed={shown !== 'formatted'} onClick={() => show('text')}>Text</button>
          <button type="button" aria-pressed={shown === 'formatted'} onClick={() => show('formatted')}>Formatted</button>
        </div>
      )}
      {shown === 'formatted'
        ? <Formatted opened={opened} message={message} mail={mail} />
        : <p className={text ? 'said-text' : 'said-text said-gone'} dir="auto">{text || (mail.unreadable ? 'Nothing of it could be read. “Details” shows it as it came.' : 'This mail has no text.')}</p>}
      {mail.more && shown !== 'formatted' && (
        <p className="mail-more"><button type="button" className="linklike small" aria-expanded={shown === 'whole'} onClick={() => show(shown === 'whole' ? 'text' : 'whole')}>{shown === 'whole' ? (whole.isPending ? 'Loading…' : 'Fold what it quotes') : 'Show all of it, with what it quotes'}</button></p>
      )}
      {shown === 'whole' && whole.error && <p className="fault small" role="alert">{problemOf(whole.error).detail}</p>}
    </div>
  )
}

/** A document of its own, with an origin of its own, in which nothing runs; the server says so too. */
function Formatted({ opened, message, mail }: { opened: Opened; message: Message; mail: MailShown }) {
  const [images, setImages] = useState(false)
  const [tall, setTall] = useState(false)
  return (
    <div className="mail-formatted">
      {mail.remoteImages > 0 && (
        <p className="mail-images small">
          <Icon name={images ? 'eye' : 'eyeOff'} size={14} />
          <span>{images ? 'Images are fetched from their senders, who can see that this mail is read.' : `${countOf(mail.remoteImages, 'image')} held back: fetching ${mail.remoteImages === 1 ? 'it' : 'them'} tells the sender that this mail is read.`}</span>
          <button type="button" className="linklike" onClick={() => setImages(!images)}>{images ? 'Hold them back' : 'Show images'}</button>
        </p>
      )}
      <iframe key={String(images)} className="mail-frame" data-tall={tall || undefined} title="The mail, formatted" sandbox="allow-popups allow-popups-to-escape-sandbox" referrerPolicy="no-referrer" loading="lazy" src={`/api/v1${pathOf(opened, message)}/formatted?images=${images ? 'shown' : 'held'}`} />
      <p className="mail-more"><button type="button" className="linklike small" aria-expanded={tall} onClick={() => setTall(!tall)}>{tall ? 'Smaller' : 'Larger'}</button></p>
    </div>
  )
}

const STATES = { waiting: 'On its way', sent: 'Sent', kept: 'Not sent', failed: 'Not sent', back: 'Not delivered' } as const

/** How far the mail of an answer has come. */
export function DeliveryState({ mail }: { mail: MailShown }) {
  if (!mail.delivery) return null
  const { state, sentence, at } = mail.delivery
  return (
    <span className="mail-delivery" data-state={state} title={[at === null ? '' : instantOf(at), sentence ?? ''].filter(Boolean).join(': ') || undefined}>
      {state === 'sent' ? <Icon name="check" size={13} /> : state === 'waiting' ? <Icon name="clock" size={13} /> : <Icon name="warning" size={13} />}
      {STATES[state]}
    </span>
  )
}

/** Why an answer did not arrive, in words under it. */
export function DeliveryFault({ mail }: { mail: MailShown }) {
  if (!mail.delivery || mail.delivery.state === 'sent' || !mail.delivery.sentence) return null
  return <p className="said-fault small" data-soft={mail.delivery.state === 'waiting' || mail.delivery.state === 'kept' || undefined}><Icon name="warning" size={14} /><span className="break">{mail.delivery.sentence}</span></p>
}
