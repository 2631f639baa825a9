// The chat itself, without a look: who is signed in, the live connection, what was said, and what the person is to be told. Size: begin, adopt, end and sign-out change the same few variables, and who sits here is safer judged in one place.
import { desk, type Picture, type Session } from './desk.ts'
import type { Keep } from './keep.ts'
import { type Heard, type Line, openLine } from './line.ts'
import type { Named } from './files.ts'
import { newClientId, openOutbox } from './outbox.ts'
import { AT_FIRST, type Talk } from './state.ts'
import { EMPTY, take, type Thread, unreadAfter, write } from './thread.ts'

export interface Site {
  /** @returns a fresh ticket, or nothing */
  ticket(): Promise<string | null>
  opening(): Promise<string | null>
}

interface Kept { readonly token: string; readonly session: Session }

const TYPING_SHOWN_MS = 6000
const TYPING_SENT_MS = 2000
const POLL_MS = 6000
/** After so many calls in vain HTTP is used until a live connection comes about. */
const PATIENCE = 3

export function openTalk({ keep, site, opening: first, online, tickets }: { keep: Keep; site: Site; opening: string; online: boolean; tickets: boolean }, changed: (talk: Talk) => void) {
  let talk: Talk = { ...AT_FIRST, online }
  let opening = first
  let canAsk = tickets
  let token: string | null = null
  let line: Line | undefined
  let shown = false
  let beginning: Promise<boolean> | null = null
  let typingTimer = 0
  let pollTimer = 0
  let typedAt = 0
  /** Counted up when somebody signs out: what was asked for before counts no more. */
  let turn = 0

  function set(next: Partial<Talk>): void {
    const thread = next.thread ?? talk.thread
    if (shown && thread.messages.length > 0) keep.set('seen', thread.messages.at(-1)!.seq)
    talk = { ...talk, ...next, unread: shown ? 0 : unreadAfter(thread, keep.get<number>('seen') ?? 0) }
    changed(talk)
  }
  const outbox = openOutbox(keep, {
    thread: () => talk.thread,
    change: (thread) => set({ thread }),
    token: () => token,
    begin: () => void begin(null),
    sendLive: (frame) => line?.send(frame) ?? false,
    doubt: () => line?.again(),
    byHttp: () => talk.tries >= PATIENCE,
    ended,
    tooFast: () => set({ notice: 'too_fast' }),
  })

  function took(picture: Partial<Omit<Picture, 'conversation'>> & Pick<Picture, 'messages' | 'feed'>): void {
    const before = talk.thread
    const thread = take(before, picture.messages, picture.feed, picture.reset)
    const fromThem = picture.messages.some(({ from }) => from === 'agent')
    set({ thread, online: picture.online ?? talk.online, session: picture.session ?? talk.session, ...(fromThem ? { typing: null } : {}) })
    outbox.arrived(before)
  }
  function heard(said: Heard): void {
    if (said.type === 'welcome' || said.type === 'messages') took(said)
    else if (said.type === 'ack') {
      if (talk.notice === 'too_fast') set({ notice: null })
      outbox.acked(said.id)
    } else if (said.type === 'refused' && said.id !== undefined) outbox.refused(said.id, 0, said.code)
    else if (said.type === 'online') set({ online: said.online })
    else if (said.type === 'typing') {
      window.clearTimeout(typingTimer)
      typingTimer = window.setTimeout(() => set({ typing: null }), TYPING_SHOWN_MS)
      set({ typing: said.name })
    }
  }

  async function poll(): Promise<void> {
    const mine = token
    if (mine === null || talk.connected) return
    const answer = await desk.look(mine, talk.thread.feed)
    if (mine !== token || talk.connected) return
    if (answer.ok) {
      took(answer.body)
      outbox.flush()
    } else if (answer.status === 401) return ended(4401, answer.code)
    else if (answer.status === 403 || answer.status === 404) return ended(4403, answer.code)
    pollTimer = window.setTimeout(() => void poll(), POLL_MS)
  }

  function adopt(kept: Kept, carry: Thread['unsent'], notice: string | null = talk.notice): void {
    hangUp()
    token = kept.token
    set({ phase: 'ready', session: kept.session, thread: { ...EMPTY, unsent: carry }, notice, typing: null, connected: false, tries: 0 })
    for (const one of carry) outbox.put(one)
    line = openLine({ token: kept.token, since: () => talk.thread.feed }, {
      heard,
      up(connected, tries) {
        window.clearTimeout(pollTimer)
        if (!connected) outbox.cut()
        set({ connected, tries })
        if (connected) outbox.flush()
        else if (tries >= PATIENCE) void poll()
      },
      ended,
      scolded(status) {
        if (status === 4413) outbox.tooLarge()
        else set({ notice: 'too_fast' })
      },
    })
  }
  function hangUp(): void {
    line?.close()
    line = undefined
    window.clearTimeout(pollTimer)
    outbox.cut()
  }
  /** Nothing of the session stays, in the page or on the device. */
  function forget(next: Partial<Talk>): void {
    hangUp()
    token = null
    keep.drop('session', 'unsent', 'draft', 'files', 'seen')
    set({ session: null, thread: EMPTY, typing: null, connected: false, tries: 0, ...next })
  }
  function ended(status: number, code: string): void {
    const signedIn = talk.session?.verifiedBy != null
    forget(status === 4401 ? { phase: 'ended', wasSignedIn: signedIn, notice: null } : { phase: 'closed', notice: code })
  }

  /** Begins a session, with a ticket or without; one at a time. */
  function begin(ticket: string | null): Promise<boolean> {
    if (beginning !== null) return ticket === null ? beginning : beginning.then(() => begin(ticket))
    beginning = attempt(ticket).finally(() => { beginning = null })
    return beginning
  }
  async function attempt(ticket: string | null, tries = 0): Promise<boolean> {
    const carry = token === null ? talk.thread.unsent : []
    const mine = turn
    const other = ticket === null && token === null ? keptNow() : null
    if (other !== null) {
      adopt(other, carry) // another tab was quicker
      return true
    }
    const answer = await desk.begin(opening, ticket)
    if (mine !== turn) {
      // Signed out meanwhile: what was begun is ended, and never shown.
      if (answer.ok) await desk.signOut(answer.body.token)
      return false
    }
    if (answer.ok) {
      const kept = { token: answer.body.token, session: answer.body.session }
      const before = keep.get<Kept>('session')
      const same = before !== null && before.session.customer === kept.session.customer
      const waiting = same && token === null ? outbox.of(before.token) : []
      // What somebody else wrote while signed in, and did not send, is not this customer's.
      const strange = before !== null && before.session.verifiedBy !== null && !same
      if (strange) keep.drop('draft', 'files', 'unsent')
      keep.drop('seen')
      keep.set('session', kept)
      adopt(kept, strange ? [] : token === null ? [...waiting, ...talk.thread.unsent] : carry, answer.body.notice ?? (ticket === null ? talk.notice : null))
      return true
    }
    if (answer.code.startsWith('ticket.')) {
      // A ticket may stand in any link: a refused one takes nothing from who wrote here as a stranger.
      const stranger = keptNow()
      if (stranger !== null && stranger.session.verifiedBy === null) {
        if (token !== stranger.token) adopt(stranger, outbox.of(stranger.token), answer.code)
        else set({ notice: answer.code })
        return false
      }
      // Begins as somebody unknown: what an earlier sign-in showed goes.
      const unsent = token === null ? talk.thread.unsent : []
      forget({ phase: 'idle', notice: answer.code })
      for (const one of unsent) outbox.put(one)
      set({ thread: { ...EMPTY, unsent } })
      outbox.flush()
      return false
    }
    if (answer.status === 404 || answer.code === 'chat.site_not_allowed' || answer.code === 'chat.channel_off') {
      ended(4403, answer.code)
      return false
    }
    if (tries === 0 && answer.code === 'chat.opening_invalid') {
      const fresh = await site.opening()
      if (fresh !== null) {
        opening = fresh
        return attempt(ticket, 1)
      }
    }
    // A ticket lives a minute: no answer is asked for again at once, twice.
    if (ticket !== null && (answer.status === 0 || answer.status >= 500) && tries < 2) {
      await new Promise((done) => { window.setTimeout(done, 1500) })
      return attempt(ticket, tries + 1)
    }
    set({ tries: talk.tries + 1, phase: talk.phase === 'starting' ? 'idle' : talk.phase, ...(ticket === null ? {} : { notice: 'no_line' }) })
    window.setTimeout(() => { if (token === null) outbox.flush() }, Math.min(30_000, 1000 * 2 ** talk.tries))
    return false
  }

  async function start(ticket: string | null): Promise<void> {
    if (ticket !== null) return void (await begin(ticket))
    if (keep.get('session') !== null && keptNow() === null) keep.drop('session', 'unsent', 'draft', 'files', 'seen')
    const mine = turn
    // Whoever sits here now is whom the site says, at each page anew: a customer of before may have left this browser to another.
    if ((await signInBySite()) || mine !== turn) return
    const kept = keptNow()
    if (kept !== null && kept.session.verifiedBy === null) return token === kept.token ? undefined : adopt(kept, outbox.of(kept.token))
    if (kept !== null) {
      keep.drop('session', 'unsent', 'draft', 'files', 'seen')
      void desk.signOut(kept.token)
    }
    if (talk.phase !== 'starting') return
    set({ phase: 'idle', thread: { ...EMPTY, unsent: outbox.of('') } })
    outbox.flush()
  }
  async function signInBySite(): Promise<boolean> {
    if (!canAsk) return false
    const mine = turn
    const given = await site.ticket()
    if (given === null || mine !== turn) return false
    return begin(given)
  }
  /** The session of this device, while it lasts. */
  function keptNow(): Kept | null {
    const kept = keep.get<Kept>('session')
    return kept !== null && kept.session.expiresAt > Date.now() ? kept : null
  }

  keep.follow('session', () => {
    const kept = keep.get<Kept>('session')
    if (kept === null && token !== null) forget({ phase: 'idle' })
    else if (kept !== null && kept.token !== token) adopt(kept, token === null ? talk.thread.unsent : [], null)
  })

  return {
    now: () => talk,
    start,
    signIn: (ticket: string) => begin(ticket),
    async canAsk() {
      canAsk = true
      if (talk.session?.verifiedBy == null && talk.phase !== 'starting') await signInBySite()
    },
    async signOut(): Promise<void> {
      const mine = token ?? keep.get<Kept>('session')?.token ?? null
      canAsk = false
      turn += 1
      forget({ phase: 'idle', notice: talk.session?.verifiedBy == null ? null : 'signed_out' })
      if (mine !== null) await desk.signOut(mine)
    },
    async startAgain(): Promise<void> {
      set({ phase: 'starting', notice: null })
      await start(null)
    },
    say(text: string, files: readonly Named[] = []): void {
      const one = { clientId: newClientId(), text, files, at: Date.now(), state: 'waiting' as const }
      outbox.put(one)
      set({ thread: write(talk.thread, one) })
      outbox.flush()
    },
    /** The form that is shown while nobody is there. @returns whether the details reached the desk */
    async leave(details: { name?: string; email?: string }): Promise<boolean> {
      if (token === null && !(await begin(null))) return false
      const answer = token === null ? undefined : await desk.details(token, details)
      return answer?.ok === true
    },
    again: outbox.retry,
    token: () => token,
    /** For a file that is added before anything was said: it needs somebody to be whose it is. */
    async somebody(): Promise<string | null> {
      if (token === null) await begin(null)
      return token
    },
    typing(): void {
      if (Date.now() - typedAt >= TYPING_SENT_MS && line?.send({ type: 'typing' }) === true) typedAt = Date.now()
    },
    shown(next: boolean): void {
      shown = next
      set({})
    },
  }
}
