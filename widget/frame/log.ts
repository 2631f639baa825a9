// The list of messages: days, names, times, states; each drawn once and changed in place, so that a screen reader hears only what is new.
import type { Words } from '../words.ts'
import { make, tell } from './element.ts'
import { drawShownFile } from './shown-files.ts'
import { partsOf } from './links.ts'
import type { Talk } from './state.ts'

interface Item { readonly key: string; readonly sign: string; readonly draw: () => HTMLElement }

const GROUP_MS = 5 * 60_000
const NEAR_END_PX = 80

export function drawLog({ words, lang, greeting, again, token }: { words: Words; lang: string; greeting: string; again: (clientId: string) => void; token: () => string | null }) {
  const clock = new Intl.DateTimeFormat(lang, { hour: 'numeric', minute: '2-digit' })
  const date = new Intl.DateTimeFormat(lang, { weekday: 'long', day: 'numeric', month: 'long' })
  const list = make('div', { class: 'log', role: 'log', 'aria-live': 'polite', 'aria-label': words.messages, tabindex: '0' })
  const newest = make('button', { class: 'newest', type: 'button', text: words.newest })
  const typing = make('p', { class: 'typing', role: 'status' })
  const box = make('div', { class: 'messages' }, list, newest)
  const drawn = new Map<string, { element: HTMLElement; sign: string }>()

  const nearEnd = (): boolean => list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END_PX
  const toEnd = (): void => { list.scrollTop = list.scrollHeight }
  newest.hidden = true
  newest.addEventListener('click', () => {
    toEnd()
    list.focus()
  })
  list.addEventListener('scroll', () => { if (nearEnd()) newest.hidden = true })
  new ResizeObserver(() => { if (newest.hidden) toEnd() }).observe(list)

  const dayOf = (at: number): string => new Date(at).toDateString()
  function dayName(at: number): string {
    const day = dayOf(at)
    if (day === dayOf(Date.now())) return words.today
    return day === dayOf(Date.now() - 86_400_000) ? words.yesterday : date.format(at)
  }
  function body(text: string, linked: boolean): HTMLElement {
    const bubble = make('p', { class: 'bubble', dir: 'auto' })
    for (const part of linked ? partsOf(text) : [{ text, href: undefined }]) {
      if (part.href === undefined) bubble.append(part.text)
      else bubble.append(make('a', { href: part.href, rel: 'noopener noreferrer', target: '_blank', dir: 'ltr', text: part.text }, make('span', { class: 'hidden', text: ` ${words.newWindow}` })))
    }
    return bubble
  }
  const time = (at: number): HTMLElement => make('time', { datetime: new Date(at).toISOString(), text: clock.format(at) })

  function items(talk: Talk): readonly Item[] {
    const all: Item[] = []
    if (greeting !== '') all.push({ key: 'greeting', sign: '', draw: () => make('div', { class: 'message theirs' }, body(greeting, false)) })
    let day = ''
    let last = { who: '', at: 0 }
    const dayBefore = (at: number): void => {
      if (dayOf(at) === day) return
      day = dayOf(at)
      last = { who: '', at: 0 }
      const name = dayName(at)
      all.push({ key: `day ${day}`, sign: name, draw: () => make('p', { class: 'day', text: name }) })
    }
    for (const message of talk.thread.messages) {
      dayBefore(message.at)
      const who = `${message.from} ${message.name ?? ''}`
      const first = who !== last.who || message.at - last.at > GROUP_MS
      last = { who, at: message.at }
      const own = message.from === 'customer'
      const name = own ? words.you : (message.name ?? '')
      all.push({
        key: message.id,
        sign: `${message.feed} ${message.redacted} ${first}`,
        draw() {
          if (message.from === 'system') return make('p', { class: 'system', text: words.solved })
          const said = message.redacted ? make('p', { class: 'bubble removed', text: words.removed }) : body(message.text, !own)
          const head = make('p', { class: own || !first ? 'who hidden' : 'who', dir: 'auto', text: name })
          const files = message.redacted ? [] : (message.files ?? []).map((file) => drawShownFile(file, words, token))
          return make('div', { class: `message ${own ? 'own' : 'theirs'}${first ? ' first' : ''}` }, head, ...(message.text === '' && files.length > 0 ? [] : [said]), ...files, make('p', { class: 'meta' }, time(message.at)))
        },
      })
    }
    for (const one of talk.thread.unsent) {
      dayBefore(one.at)
      const waits = !talk.connected && talk.tries > 0
      const state = one.state === 'sent' ? words.sent : one.state === 'failed' ? words.failed : waits ? words.waiting : words.sending
      const why = words.refusals[one.code ?? ''] ?? words.trouble
      all.push({
        key: `own ${one.clientId}`,
        sign: state,
        draw() {
          const meta = make('p', { class: 'meta' }, time(one.at), make('span', { class: 'state', text: state }))
          if (one.state === 'failed') {
            const retry = make('button', { type: 'button', class: 'again', text: words.again })
            retry.addEventListener('click', () => again(one.clientId))
            meta.append(make('span', { text: why }), retry)
          }
          return make('div', { class: `message own first ${one.state}` }, make('p', { class: 'who hidden', text: words.you }), ...(one.text === '' ? [] : [body(one.text, false)]), ...(one.files ?? []).map(({ name }) => make('p', { class: 'file gone' }, make('bdi', { text: name }))), meta)
        },
      })
    }
    return all
  }

  function show(talk: Talk): void {
    const stay = nearEnd() || talk.thread.unsent.some(({ clientId }) => !drawn.has(`own ${clientId}`))
    const wanted = items(talk)
    const keys = new Set(wanted.map(({ key }) => key))
    for (const [key, { element }] of drawn) {
      if (keys.has(key)) continue
      element.remove()
      drawn.delete(key)
    }
    let after: Element | null = null
    let grew = false
    for (const { key, sign, draw } of wanted) {
      let known = drawn.get(key)
      if (known === undefined || known.sign !== sign) {
        const element = draw()
        if (known === undefined) grew = true
        else known.element.replaceWith(element)
        known = { element, sign }
        drawn.set(key, known)
      }
      const place: Element | null = after === null ? list.firstElementChild : after.nextElementSibling
      if (place !== known.element) list.insertBefore(known.element, place)
      after = known.element
    }
    tell(typing, talk.typing === null ? '' : words.typing(talk.typing))
    if (stay) toEnd()
    else if (grew) newest.hidden = false
  }
  return { box, typing, list, show }
}
