// The loader, the one script on a customer's page: asks whether the chat may be shown, draws the launcher, and makes the frame when it is first opened.
import { type ToFrame, type ToSite, unwrap, wrap } from './between.ts'
import { drawLauncher, type Launcher } from './launcher.ts'
import { askOpening, type Opening, OPENING_MS } from './opening.ts'
import { offerApi } from './site-api.ts'
import { takeTicket } from './site-address.ts'
import { launcherWords } from './words.ts'

const warn = (words: string): void => console.warn(`Portcullis chat: ${words}`)

/** What this tab and this browser remember on the site: whether the chat was open, and that there is something to sign out of. Storage may be blocked. */
function memory(kind: 'localStorage' | 'sessionStorage', key: string) {
  return {
    get: (): string | null => { try { return window[kind].getItem(key) } catch { return null } },
    set: (value: string): void => { try { window[kind].setItem(key, value) } catch { /* then it is not remembered */ } },
  }
}

function begin(script: HTMLScriptElement, address: string): void {
  const desk = new URL(script.src).origin
  const locale = script.dataset.locale ?? document.documentElement.lang
  const chosen = script.dataset.dir ?? (script.dataset.locale === undefined ? document.documentElement.dir : '')
  const dir = chosen === 'rtl' || chosen === 'ltr' ? chosen : ''
  const words = launcherWords(locale)
  const wasOpen = memory('sessionStorage', `portcullis.${address}.open`)
  const wasUsed = memory('localStorage', `portcullis.${address}.used`)
  /** A sign-out that the frame has not carried out yet: done first at the next page, before anything is shown. */
  const toLeave = memory('localStorage', `portcullis.${address}.leave`)

  let ticket = takeTicket(warn)
  let source: (() => Promise<string | null>) | undefined
  let opening: Opening | undefined
  let launcher: Launcher | undefined
  let frame: HTMLIFrameElement | undefined
  /** The frame's document is there, so that it can be spoken to. */
  let loaded = false
  let here = false
  let wanted: boolean | undefined
  let leaving = toLeave.get() === 'yes'
  let signedOut: (() => void)[] = []

  const say = (said: ToFrame): void => { if (loaded) frame?.contentWindow?.postMessage(wrap(said), desk) }

  async function fresh(): Promise<Opening | undefined> {
    if (opening === undefined || Date.now() - opening.at > OPENING_MS) opening = (await askOpening(desk, address, warn)) ?? undefined
    return opening
  }

  async function greet(): Promise<void> {
    const known = await fresh()
    if (known === undefined || launcher === undefined) return launcher?.say(words.silent)
    loaded = true
    const { opening: proof, channel, online } = known
    say({ type: 'begin', opening: proof, channel, online, locale, dir, ticket: leaving ? null : ticket, tickets: source !== undefined && !leaving, shown: launcher.isOpen() })
    ticket = null
    if (leaving) say({ type: 'signOut' })
  }

  function makeFrame(): void {
    if (frame !== undefined || launcher === undefined || opening === undefined) return
    frame = document.createElement('iframe')
    frame.title = words.frame(opening.channel.title)
    frame.referrerPolicy = 'no-referrer'
    frame.allow = ''
    frame.src = `${desk}/chat/frame/${encodeURIComponent(address)}?site=${encodeURIComponent(location.origin)}`
    frame.addEventListener('load', () => void greet())
    launcher.panel.append(frame)
    wasUsed.set('1')
    window.setTimeout(() => { if (!here) launcher?.say(words.silent) }, 15_000)
  }

  function show(open: boolean, focus = true): void {
    wanted = open
    if (launcher === undefined) return
    if (open) makeFrame()
    launcher.show(open, focus)
    wasOpen.set(open ? 'open' : 'closed')
    if (open && focus) frame?.focus()
    say({ type: 'shown', shown: open })
  }

  async function giveTicket(): Promise<void> {
    let given: string | null = null
    try {
      given = (await source?.()) ?? null
    } catch {
      warn('The function given to ticketFrom failed; the chat begins without a ticket.')
    }
    say({ type: 'ticket', ticket: typeof given === 'string' && given !== '' ? given : null })
  }

  window.addEventListener('message', (event) => {
    if (event.origin !== desk || frame === undefined || event.source !== frame.contentWindow) return
    const said = unwrap<ToSite>(event.data)
    if (said === null) return
    if (said.type === 'here') {
      here = true
      frame.className = 'here'
    } else if (said.type === 'close') show(false)
    else if (said.type === 'unread') launcher?.unread(Number(said.count) || 0)
    else if (said.type === 'wantTicket') void giveTicket()
    else if (said.type === 'wantOpening') {
      opening = undefined
      void fresh().then((known) => say({ type: 'opening', opening: known?.opening ?? null }))
    } else if (said.type === 'signedOut') {
      leaving = false
      toLeave.set('')
      if (source !== undefined) say({ type: 'canAsk' })
      for (const done of signedOut.splice(0)) done()
    }
  })

  offerApi({
    open: () => show(true),
    close: () => show(false),
    signIn(given) {
      if (typeof given !== 'string' || given === '') return warn('signIn needs the ticket that your server has made, as a string.')
      if (here) return say({ type: 'ticket', ticket: given })
      ticket = given
      makeFrame()
    },
    signOut() {
      ticket = null
      source = undefined
      leaving = wasUsed.get() !== null || frame !== undefined
      if (!leaving) return Promise.resolve()
      toLeave.set('yes')
      makeFrame()
      if (here) say({ type: 'signOut' })
      return new Promise<void>((done) => {
        signedOut = [...signedOut, done]
        window.setTimeout(done, 2000)
      })
    },
    ticketFrom(given) {
      source = given
      if (here) say({ type: 'canAsk' })
    },
  }, warn)

  const draw = async (): Promise<void> => {
    const known = await fresh()
    if (known === undefined) return
    launcher = drawLauncher({ channel: known.channel, position: script.dataset.position === 'start' ? 'start' : 'end', dir, words }, show)
    const before = wasOpen.get()
    if (wanted === true) show(true)
    else if (before === 'open' && wanted === undefined) show(true, false)
    // Opened before in this tab: loaded out of sight, so that an answer is seen on the launcher. A ticket lapses soon, so it is redeemed now.
    else if (before !== null || ticket !== null || leaving) makeFrame()
  }
  if (document.body === null) document.addEventListener('DOMContentLoaded', () => void draw())
  else void draw()
}

const script = document.currentScript instanceof HTMLScriptElement ? document.currentScript : document.querySelector<HTMLScriptElement>('script[data-channel][src*="/chat.js"]')
const address = script?.dataset.channel
if (script === null || address === undefined || !/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/.test(address)) {
  warn('data-channel is missing or misspelt on the script tag. Copy the line shown under Settings → Channels.')
} else if (script.dataset.begun === undefined) {
  script.dataset.begun = '' // the same tag twice draws one launcher
  begin(script, address)
}
