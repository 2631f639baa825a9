// Where the customer writes: Enter sends, Shift+Enter begins a line, and the draft outlives a reload.
import type { Words } from '../words.ts'
import { drawFiles, type Named, type Uploads } from './files.ts'
import { icon, make, tell } from './element.ts'
import type { Keep } from './keep.ts'

/** Letters in a message, as the server counts at most. */
export const LONGEST = 8000
const SAID_FROM = 500
const DRAFT_PAUSE_MS = 150

/** Counted in code points, as the server does: an emoji is one. */
export const lengthOf = (text: string): number => (text.length <= LONGEST - SAID_FROM ? text.length : [...text].length)

/** The counter's words: nothing while there is room. */
export function roomLeft(words: Words, text: string): string {
  const length = lengthOf(text)
  if (length > LONGEST) return words.over(length - LONGEST)
  return length > LONGEST - SAID_FROM ? words.left(LONGEST - length) : ''
}

/** @param sayIt takes the text, trimmed at its ends, never empty but where it carries files */
export function drawComposer({ words, keep, uploads, token, sayIt, typing }: { words: Words; keep: Keep; uploads: Uploads; token: () => Promise<string | null>; sayIt: (text: string, files: readonly Named[]) => void; typing: () => void }) {
  const field = make('textarea', { id: 'write', rows: '1', dir: 'auto', 'aria-label': words.write, placeholder: words.write, enterkeyhint: 'send', autocomplete: 'off' })
  const send = make('button', { class: 'send', type: 'submit', 'aria-label': words.send, title: words.send }, icon('M4 12 20 4l-5 16-3.5-6.5Z'))
  const room = make('p', { class: 'room', id: 'room', role: 'status', hidden: '' })
  const files = drawFiles({ words, keep, uploads, token, changed: () => fit() })
  const form = make('form', { class: 'composer', novalidate: '' }, files.why, files.list, room, make('div', { class: 'line' }, files.clip, files.field, field, send))
  let timer = 0
  /** Sending was asked for while a file was on its way: why it waits is said until none is. */
  let asked = false

  const keepDraft = (): void => {
    window.clearTimeout(timer)
    if (field.value === '') keep.drop('draft')
    else keep.set('draft', field.value)
  }
  /** Something is said or carried, and no file is on its way any more. */
  const mayGo = (): boolean => !files.busy() && (field.value.trim() !== '' || files.any())
  function fit(): void {
    field.style.setProperty('height', 'auto')
    field.style.setProperty('height', `${field.scrollHeight + 2}px`)
    asked &&= files.busy()
    tell(room, roomLeft(words, field.value) || (asked ? words.waitsForFile : ''))
    const over = lengthOf(field.value) > LONGEST
    field.setAttribute('aria-invalid', String(over))
    if (over) field.setAttribute('aria-describedby', 'room')
    else field.removeAttribute('aria-describedby')
    send.setAttribute('aria-disabled', String(over || !mayGo()))
  }
  function submit(): void {
    const text = field.value.trim()
    if (!mayGo() || lengthOf(field.value) > LONGEST) {
      asked = files.busy()
      fit()
      return field.focus()
    }
    field.value = ''
    keepDraft()
    fit()
    sayIt(text, files.take())
    field.focus()
  }
  field.addEventListener('input', () => {
    fit()
    window.clearTimeout(timer)
    timer = window.setTimeout(keepDraft, DRAFT_PAUSE_MS)
    if (field.value.trim() !== '') typing()
  })
  field.addEventListener('paste', (event) => {
    const pasted = [...(event.clipboardData?.files ?? [])]
    if (pasted.length === 0) return
    event.preventDefault()
    files.add(pasted)
  })
  window.addEventListener('pagehide', keepDraft)
  field.addEventListener('keydown', (event) => {
    // Enter that ends a composed word (an input method of Chinese, Japanese, Korean) is not Enter; Safari says it by 229 alone.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return
    event.preventDefault()
    submit()
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    submit()
  })
  fit()
  return {
    form,
    focus: () => field.focus(),
    fit,
    /** What was kept, once it is known whose it is; not over what was typed since. */
    restore(): void {
      if (field.value === '') field.value = keep.get<string>('draft') ?? ''
      files.restore()
      fit()
    },
    /** The session is over: what was typed in it goes. */
    clear(): void {
      window.clearTimeout(timer)
      field.value = ''
      files.clear()
      fit()
    },
  }
}
