// The files of messages: a picture where there is one, the name, the size, and a way to save it. Fetched with the chat's token, never by an address that opens them.
import type { Words } from '../words.ts'
import { icon, make, tell } from './element.ts'
import { sizeOf } from './files.ts'
import type { ShownFile } from './sending-file.ts'

const PICTURE = 'M4 16l4.500-4.500 4 4 2.500-2.500 5 4.500M5 4.500h14v15H5z'
const PAGE = 'M7.500 3.500h6l4.500 4.500v12.500h-12v-17zM13 3.500v5h5'

/** Small pictures, once fetched, by file and session: messages are drawn anew when they change. */
const pictures = new Map<string, Promise<string | null>>()

async function get(token: string, path: string): Promise<Blob | number> {
  try {
    const answer = await fetch(`/api/v1/files/${encodeURIComponent(path)}`.replace('%2F', '/'), { headers: { authorization: `Bearer ${token}` }, credentials: 'omit', cache: 'no-store', referrerPolicy: 'no-referrer' })
    return answer.status === 200 ? await answer.blob() : answer.status
  } catch {
    return 0
  }
}

/** Of a type that we name, never the file's own: what stands behind a blob: address is of our origin, and must be nothing that runs. */
const addressOf = (bytes: Blob, type: 'image/webp' | 'application/octet-stream'): string => URL.createObjectURL(new Blob([bytes], { type }))

/** Seconds until a picture that is still being made (202) is asked for again; then it is given up until the chat is opened again. */
const PAUSES = [2, 4, 8, 15, 30]

async function fetchPicture(token: string, id: string): Promise<string | null> {
  for (const seconds of [...PAUSES, 0]) {
    const bytes = await get(token, `${id}/thumbnail`)
    if (typeof bytes !== 'number') return addressOf(bytes, 'image/webp')
    if (bytes !== 202) return null
    await new Promise((on) => window.setTimeout(on, seconds * 1_000))
  }
  return null
}

function pictureOf(token: string, id: string): Promise<string | null> {
  const key = `${token} ${id}`
  const known = pictures.get(key) ?? fetchPicture(token, id)
  pictures.set(key, known)
  return known
}

/** @param token the session's, as it is when it is asked */
export function drawShownFile(file: ShownFile, words: Words, token: () => string | null): HTMLElement {
  if (file.state === 'deleted') return make('p', { class: 'file gone', text: words.fileGone })
  if (file.state !== 'accepted') return make('p', { class: 'file refused', dir: 'auto' }, make('bdi', { text: file.name }), document.createTextNode(` ${words.wasRefused(words.fileReasons[file.refusal?.code ?? ''] ?? file.refusal?.words ?? '')}`))
  const said = make('span', { class: 'about', text: file.bytes === null ? '' : sizeOf(file.bytes) })
  const face = make('span', { class: 'face' }, icon(file.mediaType?.startsWith('image/') === true ? PICTURE : PAGE))
  const button = make('button', { class: 'file', type: 'button', title: words.save(file.name), 'aria-label': words.save(file.name) }, face, make('span', { class: 'words' }, make('bdi', { class: 'name', text: file.name }), said))
  const mine = token()
  if (mine !== null && file.thumbnail) {
    void pictureOf(mine, file.id).then((address) => {
      if (address !== null) face.replaceChildren(make('img', { src: address, alt: '' }))
    })
  }
  button.addEventListener('click', () => void (async () => {
    const present = token()
    if (present === null || button.getAttribute('aria-busy') === 'true') return
    button.setAttribute('aria-busy', 'true')
    tell(said, words.fetching)
    const bytes = await get(present, `${file.id}/content`)
    button.setAttribute('aria-busy', 'false')
    if (typeof bytes === 'number') return tell(said, bytes === 0 || bytes >= 500 ? words.notFetched : words.mayNotFetch)
    tell(said, file.bytes === null ? '' : sizeOf(file.bytes))
    const address = addressOf(bytes, 'application/octet-stream')
    make('a', { href: address, download: file.name }).click()
    window.setTimeout(() => URL.revokeObjectURL(address), 60_000)
  })())
  return button
}
