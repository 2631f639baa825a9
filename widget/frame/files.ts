// Files that the customer adds to a message: picked, dropped or pasted; each with its progress, a way to take it away, and the refusal in words.
import type { Words } from '../words.ts'
import { icon, make, tell } from './element.ts'
import type { Keep } from './keep.ts'
import { type Course, giveUp, sendFile, type ShownFile } from './sending-file.ts'

/** What a customer may send here, as the server told. */
export interface Uploads {
  readonly enabled: boolean
  /** Endings of names, without the dot. */
  readonly endings: readonly string[]
  readonly maxBytes: number
}

export interface Named { readonly id: string; readonly name: string }

const MOST = 10
export const CLIP = 'm19 11.500-7.300 7.300a4.500 4.500 0 0 1-6.400-6.400l7.600-7.600a3 3 0 0 1 4.300 4.300l-7.600 7.600a1.500 1.500 0 0 1-2.200-2.200l6.800-6.800'

export const sizeOf = (bytes: number): string => (bytes < 1_048_576 ? `${Math.max(1, Math.round(bytes / 1024))} kB` : `${Math.round((bytes / 1_048_576) * 10) / 10} MB`)

interface One { readonly element: HTMLElement; readonly stop: AbortController; readonly course: Course; file: ShownFile | null; busy: boolean }

export function drawFiles({ words, keep, uploads, token, changed }: { words: Words; keep: Keep; uploads: Uploads; token: () => Promise<string | null>; changed: () => void }) {
  const field = make('input', { type: 'file', multiple: '', hidden: '', tabindex: '-1', 'aria-hidden': 'true', accept: uploads.endings.map((one) => `.${one}`).join(',') })
  const clip = make('button', { class: 'clip', type: 'button', 'aria-label': uploads.enabled ? words.attach : `${words.attach}. ${words.noFiles}`, title: uploads.enabled ? words.attach : words.noFiles }, icon(CLIP))
  const why = make('p', { class: 'room', role: 'status', hidden: '' })
  const list = make('ul', { class: 'adding', hidden: '', 'aria-label': words.filesOf })
  const all = new Set<One>()

  async function stop(one: One): Promise<void> {
    one.stop.abort()
    const mine = one.course.upload === null ? null : await token()
    if (mine !== null) giveUp(mine, one.course)
  }

  function show(): void {
    list.hidden = all.size === 0
    const done = [...all].flatMap(({ file }) => (file === null ? [] : [file]))
    if (done.length === 0) keep.drop('files')
    else keep.set('files', done)
    changed()
  }

  function draw(name: string, bytes: number | null): One & { say(text: string, wrong?: boolean): void; at(part: number): void; again(work: (() => void) | null): void } {
    const said = make('span', { class: 'said', role: 'status' })
    const bar = make('progress', { max: '1', 'aria-label': name })
    const retry = make('button', { class: 'again', type: 'button', text: words.again, hidden: '' })
    const remove = make('button', { class: 'remove', type: 'button', 'aria-label': words.remove(name), title: words.remove(name) }, icon('M6 6l12 12M18 6 6 18'))
    const element = make('li', {}, make('bdi', { class: 'name', text: name }), said, retry, remove, bar)
    const one = {
      element, stop: new AbortController(), course: { upload: null } as Course, file: null as ShownFile | null, busy: true,
      say(text: string, wrong = false) {
        tell(said, text)
        element.classList.toggle('wrong', wrong)
      },
      at(part: number) {
        bar.hidden = part >= 1 || part < 0
        bar.value = Math.max(0, part)
      },
      again(work: (() => void) | null) {
        retry.hidden = work === null
        retry.onclick = work
      },
    }
    remove.addEventListener('click', () => {
      void stop(one)
      all.delete(one)
      element.remove()
      show()
      clip.focus()
    })
    if (bytes !== null) one.say(sizeOf(bytes))
    all.add(one)
    list.append(element)
    return one
  }

  function refused(file: File): string {
    if (file.size > uploads.maxBytes) return words.tooLarge(sizeOf(uploads.maxBytes))
    if (file.size === 0) return words.emptyFile
    const end = /\.([^.]+)$/.exec(file.name.trim())?.[1]?.toLowerCase() ?? ''
    return uploads.endings.includes(end) ? '' : words.wrongType(uploads.endings.join(', '))
  }

  async function send(one: ReturnType<typeof draw>, file: File): Promise<void> {
    one.busy = true
    one.again(null)
    one.at(0)
    show()
    const mine = await token()
    const sent = mine === null ? null : await sendFile(mine, file, one.course, {
      signal: one.stop.signal,
      told: (bytes) => {
        one.at(bytes / file.size)
        one.say(bytes >= file.size ? words.lookedThrough : `${Math.round((bytes / file.size) * 100)} %`)
      },
      cut: () => one.say(words.cutFile),
    })
    // Taken away while it was being begun.
    if (one.stop.signal.aborted) return void stop(one)
    one.busy = false
    one.at(1)
    one.file = sent?.file ?? null
    if (sent?.file?.state === 'accepted') one.say(sizeOf(file.size))
    else if (sent?.file != null) one.say(words.fileRefusals[sent.file.refusal?.code ?? ''] ?? words.fileRefused, true)
    else {
      one.say(sent === null || sent.status === 0 || sent.status >= 500 ? words.fileNotSent : (words.fileRefusals[sent.code] ?? words.fileRefused), true)
      one.again(() => void send(one, file))
    }
    show()
  }

  function add(files: readonly File[]): void {
    if (!uploads.enabled) return tell(why, words.noFiles)
    tell(why, '')
    for (const file of files) {
      const one = draw(file.name, file.size)
      const no = all.size > MOST ? words.mostFiles(MOST) : refused(file)
      if (no === '') void send(one, file)
      else {
        one.busy = false
        one.at(1)
        one.say(no, true)
      }
    }
    show()
  }

  clip.setAttribute('aria-disabled', String(!uploads.enabled))
  clip.addEventListener('click', () => (uploads.enabled ? field.click() : tell(why, words.noFiles)))
  field.addEventListener('change', () => {
    add([...(field.files ?? [])])
    field.value = ''
  })
  for (const type of ['dragenter', 'dragover'] as const) {
    document.addEventListener(type, (event) => {
      if (event.dataTransfer?.types.includes('Files') !== true) return
      event.preventDefault()
      document.body.classList.toggle('dropping', uploads.enabled)
    })
  }
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) document.body.classList.remove('dropping')
  })
  document.addEventListener('drop', (event) => {
    document.body.classList.remove('dropping')
    if (event.dataTransfer === null || event.dataTransfer.files.length === 0) return
    event.preventDefault()
    add([...event.dataTransfer.files])
  })

  const clear = (): void => {
    for (const one of all) {
      void stop(one)
      one.element.remove()
    }
    all.clear()
    show()
  }
  return {
    clip, field, list, why, add, clear,
    busy: () => [...all].some((one) => one.busy),
    /** Is there a file that the desk has? */
    any: () => [...all].some(({ file }) => file !== null),
    /** Refused ones too: the message that carried it says so. */
    take(): Named[] {
      const taken = [...all].flatMap(({ file }) => (file === null ? [] : [{ id: file.id, name: file.name }]))
      clear()
      return taken
    },
    restore(): void {
      if (all.size > 0) return
      for (const file of keep.get<ShownFile[]>('files') ?? []) {
        const one = draw(file.name, file.bytes)
        one.busy = false
        one.file = file
        one.at(1)
        if (file.state !== 'accepted') one.say(words.fileRefusals[file.refusal?.code ?? ''] ?? words.fileRefused, true)
      }
      show()
    },
  }
}
