// The frame: waits for the site's first word, then draws the chat and speaks with the desk; the site learns nothing of what is said here.
import { type Begin, type ToFrame, type ToSite, unwrap, wrap } from '../between.ts'
import { paint } from '../colour.ts'
import { frameWords, type Words } from '../words.ts'
import { drawAway } from './away.ts'
import { drawComposer } from './composer.ts'
import { icon, make, tell } from './element.ts'
import { keepFor } from './keep.ts'
import { drawLog } from './log.ts'
import type { Talk } from './state.ts'
import { openTalk } from './talk.ts'

const NO_FILES = { enabled: false, endings: [], maxBytes: 0 }
const address = decodeURIComponent(location.pathname.split('/').at(-1) ?? '')

/** What a notice says; a code that is not known here says the little that is sure. */
function sentence(words: Words, code: string | null): string {
  if (code === null) return ''
  if (code === 'too_fast') return words.tooFast
  if (code === 'no_line') return words.noLine
  if (code === 'signed_out') return words.signedOut
  if (code === 'no_ticket') return words.noTicket
  if (code === 'thanks') return words.thanks
  return words.refusals[code] ?? (code.startsWith('ticket.') ? words.refusals['ticket.invalid']! : words.trouble)
}

function begin(first: Begin, site: string): (said: ToFrame) => void {
  const { words, lang } = frameWords(first.locale)
  const { fill, ink } = paint(first.channel.colour)
  const root = document.documentElement
  root.lang = lang
  root.dir = first.dir === '' ? words.dir : first.dir
  root.style.setProperty('--fill', fill)
  root.style.setProperty('--ink-on-fill', ink)
  document.title = first.channel.title

  const say = (said: ToSite): void => window.parent.postMessage(wrap(said), site)
  let gotTicket: ((ticket: string | null) => void) | undefined
  let gotOpening: ((opening: string | null) => void) | undefined
  let thanked = false
  let leaving = false
  let unread = -1
  let phase = ''
  let customer: string | null = null

  const keep = keepFor(address)
  const talk = openTalk({
    keep, opening: first.opening, online: first.online, tickets: first.tickets,
    site: {
      ticket: () => new Promise((done) => {
        gotTicket = done
        say({ type: 'wantTicket' })
      }),
      opening: () => new Promise((done) => {
        gotOpening = done
        say({ type: 'wantOpening' })
      }),
    },
  }, draw)

  const status = make('p', { class: 'status' })
  const who = make('p', { class: 'signed-in', hidden: '' })
  const close = make('button', { class: 'close', type: 'button', 'aria-label': words.close, title: words.close }, icon('M6 6l12 12M18 6 6 18'))
  const head = make('header', {}, make('div', {}, make('h1', {}, make('bdi', { text: first.channel.title })), status, who), close)
  const notice = make('p', { class: 'notice', role: 'status', hidden: '' })
  const log = drawLog({ words, lang, greeting: first.channel.greeting, again: (id) => talk.again(id), token: () => talk.token() })
  const composer = drawComposer({ words, keep, uploads: first.channel.uploads ?? NO_FILES, token: () => talk.somebody(), sayIt: (text, files) => talk.say(text, files), typing: () => talk.typing() })
  const away = drawAway({
    words, awayText: first.channel.awayText,
    send({ text, ...details }) {
      leaving = true
      thanked = true
      // The message is safe in the outbox whatever becomes of the details.
      void talk.leave(details).then(() => {
        leaving = false
        talk.say(text)
        composer.focus()
      })
    },
  })
  const over = make('div', { class: 'over' })
  const overWords = make('p', { role: 'status' })
  const startAgain = make('button', { class: 'main', type: 'button', text: words.startAgain })
  over.append(overWords, startAgain)
  startAgain.addEventListener('click', () => void talk.startAgain().then(focusIn))
  close.addEventListener('click', () => say({ type: 'close' }))
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.isComposing) say({ type: 'close' })
  })
  document.body.replaceChildren(head, make('main', {}, notice, log.box, log.typing, away.form, over, composer.form))

  function focusIn(): void {
    if (!over.hidden) startAgain.focus()
    else if (!away.form.hidden) away.focus()
    else composer.focus()
  }

  function draw(now: Talk): void {
    const gone = now.phase === 'ended' || now.phase === 'closed'
    const empty = now.thread.messages.length === 0 && now.thread.unsent.length === 0
    const verified = now.session?.verifiedBy != null
    const asks = !gone && !now.online && empty && !verified && now.phase !== 'starting'
    // Somebody else is signed in now, or nobody: what was typed by who was before is not theirs.
    const signedIn = now.session?.verifiedBy == null ? null : now.session.customer
    if ((gone && phase !== now.phase) || (customer !== null && signedIn !== customer && now.phase !== 'starting')) composer.clear()
    customer = signedIn
    phase = now.phase
    status.textContent = now.online ? words.here : words.away
    status.classList.toggle('online', now.online)
    tell(who, !verified ? '' : now.session?.name == null ? words.signedInSomebody : words.signedIn(now.session.name))
    const cut = !now.connected && now.tries > 0 && !gone
    tell(notice, cut ? words.noLine : now.notice !== null && !gone ? sentence(words, now.notice) : thanked && !empty && !now.online ? words.thanks : !now.online && !empty ? first.channel.awayText : '')
    over.hidden = !gone
    overWords.textContent = now.phase === 'closed' ? words.closed : now.wasSignedIn ? words.signInEnded : words.ended
    startAgain.hidden = now.phase === 'closed'
    const hadFocus = composer.form.contains(document.activeElement) || away.form.contains(document.activeElement)
    log.box.hidden = gone || asks
    away.form.hidden = !asks || leaving
    composer.form.hidden = gone || asks
    if (hadFocus && document.activeElement === document.body) focusIn()
    log.show(now)
    if (now.unread !== unread) {
      unread = now.unread
      say({ type: 'unread', count: unread })
    }
  }

  talk.shown(first.shown)
  void talk.start(first.ticket).then(() => {
    composer.restore()
    if (first.shown && document.hasFocus()) focusIn()
  })
  composer.fit()
  say({ type: 'here' })
  if (first.shown && document.hasFocus()) focusIn()

  return (said) => {
    if (said.type === 'shown') {
      talk.shown(said.shown)
      if (!said.shown) return
      composer.fit()
      log.list.scrollTop = log.list.scrollHeight
      focusIn()
    } else if (said.type === 'ticket') {
      const waiting = gotTicket
      gotTicket = undefined
      if (waiting !== undefined) waiting(said.ticket)
      else if (said.ticket !== null) void talk.signIn(said.ticket)
    } else if (said.type === 'opening') {
      gotOpening?.(said.opening)
      gotOpening = undefined
    } else if (said.type === 'canAsk') void talk.canAsk()
    else if (said.type === 'signOut') {
      composer.clear()
      void talk.signOut().finally(() => say({ type: 'signedOut' }))
    }
  }
}

let hear: ((said: ToFrame) => void) | undefined
let site = ''
window.addEventListener('message', (event) => {
  // The page around us alone, and always the one that began: which site it may be was judged by the server (frame-ancestors, and the opening).
  if (window.parent === window || event.source !== window.parent || (site !== '' && event.origin !== site)) return
  const said = unwrap<ToFrame>(event.data)
  if (said === null) return
  if (hear !== undefined) return hear(said)
  if (said.type !== 'begin') return
  site = event.origin
  hear = begin(said, site)
})
