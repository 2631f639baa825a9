// Sends one file to the desk with its progress told: at once, or in pieces when it is large, so that a cut costs no more than one piece.

export interface ShownFile {
  readonly id: string
  readonly name: string
  readonly type: string | null
  readonly mediaType: string | null
  readonly bytes: number | null
  readonly state: 'accepted' | 'refused' | 'quarantined' | 'deleted'
  readonly refusal: { readonly code: string; readonly words: string; readonly detail: string } | null
  /** A small picture of it can be asked for. */
  readonly thumbnail: boolean
}

/** `file`: the row, also of one that was refused. Status 0: no answer came. */
export interface Sent {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly file: ShownFile | null
}

interface Answer { readonly file?: ShownFile; readonly upload?: { readonly id: string; readonly offset: number }; readonly code?: string; readonly detail?: string }
interface Ask { readonly method: string; readonly path: string; readonly token: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: Blob | string; readonly told?: (bytes: number) => void; readonly signal: AbortSignal }

const PIECES_FROM = 5 * 1_048_576
const PIECE = 2 * 1_048_576
const TRIES = 5

/** One request; never rejects. */
function ask({ method, path, token, headers = {}, body, told, signal }: Ask): Promise<{ status: number; said: Answer; offset: number | null }> {
  return new Promise((done) => {
    const request = new XMLHttpRequest()
    request.open(method, `/api/v1/chat/${path}`)
    for (const [name, value] of Object.entries({ ...headers, authorization: `Bearer ${token}` })) request.setRequestHeader(name, value)
    request.upload.onprogress = ({ loaded }) => told?.(loaded)
    request.onloadend = () => {
      let said: Answer = {}
      try {
        said = JSON.parse(request.responseText || '{}') as Answer
      } catch {
        // Not ours: the status says enough.
      }
      const offset = request.getResponseHeader('upload-offset')
      done({ status: request.status, said, offset: offset === null ? null : Number(offset) })
    }
    signal.addEventListener('abort', () => request.abort())
    request.send(body ?? null)
  })
}

const result = ({ status, said }: { status: number; said: Answer }): Sent => ({ status, code: said.code ?? '', detail: said.detail ?? '', file: said.file ?? null })
const BYTES = { 'content-type': 'application/octet-stream' }

/** An upload in pieces that the desk knows: who tries again goes on where it was. */
export interface Course { upload: string | null }

const at = ({ upload }: Course): string => `uploads/${upload ?? ''}`

/** The desk keeps nothing of it. */
export function giveUp(token: string, course: Course): void {
  if (course.upload !== null) void ask({ method: 'DELETE', path: at(course), token, signal: new AbortController().signal })
  course.upload = null
}

/** Begins it at the desk, or asks how far it came; else what was answered. */
async function reached(token: string, file: File, course: Course, signal: AbortSignal): Promise<number | Sent> {
  if (course.upload !== null) {
    const known = await ask({ method: 'GET', path: at(course), token, signal })
    if (known.said.upload !== undefined) return known.said.upload.offset
    if (known.status !== 404) return result(known)
  }
  const begun = await ask({ method: 'POST', path: 'uploads', token, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name: file.name, ...(file.type === '' ? {} : { type: file.type }), length: file.size }), signal })
  course.upload = begun.said.upload?.id ?? null
  return begun.said.upload?.offset ?? result(begun)
}

export async function sendFile(token: string, file: File, course: Course, { signal, told, cut }: { signal: AbortSignal; told: (bytes: number) => void; cut: () => void }): Promise<Sent> {
  const about = { ...BYTES, 'x-file-name': encodeURIComponent(file.name), ...(file.type === '' ? {} : { 'x-file-type': file.type }) }
  if (file.size <= PIECES_FROM) return result(await ask({ method: 'POST', path: 'files', token, headers: about, body: file, told, signal }))
  const begin = await reached(token, file, course, signal)
  if (typeof begin !== 'number') return begin
  let from = begin
  for (let cuts = 0; ;) {
    told(from)
    const before = from
    const answer = await ask({ method: 'PATCH', path: at(course), token, headers: { ...BYTES, 'upload-offset': String(from) }, body: file.slice(from, from + PIECE), told: (bytes) => told(before + bytes), signal })
    if (signal.aborted) return result(answer)
    if (answer.said.file !== undefined) {
      course.upload = null
      return result(answer)
    }
    if (answer.status === 204 && answer.offset !== null) {
      cuts = 0
      from = answer.offset
      continue
    }
    // What the desk refuses stays refused; what was cut goes on from where it came to.
    if ((answer.status > 0 && answer.status < 500 && answer.said.code !== 'upload.wrong_offset') || cuts >= TRIES) return result(answer)
    cuts += 1
    cut()
    await new Promise((done) => { window.setTimeout(done, 1000 * cuts) })
    if (signal.aborted) return result(answer)
    from = (await ask({ method: 'GET', path: at(course), token, signal })).said.upload?.offset ?? from
  }
}
