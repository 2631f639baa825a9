// Sends one file to its conversation: at once, or in pieces when it is large, so that a cut costs no more than one piece.
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import { isAborted, upload } from '../http/upload.ts'
import type { ShownFile } from './shapes.ts'

/** Larger ones go in pieces. */
export const piecesFrom = 5 * 1_048_576
const pieceBytes = 2 * 1_048_576
/** so often a piece is tried anew before the person is asked */
const tries = 5
const pauseMs = 1000

export interface Telling {
  signal: AbortSignal
  /** bytes that have left */
  onProgress: (bytes: number) => void
  /** the connection is gone, and it is tried again */
  onCut: (cut: boolean) => void
}

interface Begun { id: string; offset: number }
/** An upload in pieces that the server knows: who tries again goes on where it was. */
export interface Course { upload: string | null }

const type = 'application/octet-stream'
const about = (file: File) => ({ 'Content-Type': type, 'X-File-Name': encodeURIComponent(file.name), ...(file.type === '' ? {} : { 'X-File-Type': file.type }) })

/** The file as the server took it; throws a ProblemError whose `file` is the row of one that was refused. */
export function sendFile(conversation: string, file: File, course: Course, telling: Telling): Promise<ShownFile> {
  const base = `/conversations/${encodeURIComponent(conversation)}`
  return file.size > piecesFrom ? inPieces(base, file, course, telling) : whole(base, file, telling)
}

async function whole(base: string, file: File, { signal, onProgress }: Telling): Promise<ShownFile> {
  const { body } = await upload<{ file: ShownFile }>(`${base}/files`, { body: file, headers: about(file), signal, onProgress })
  return body.file
}

/** Begins it at the server, or asks how far it came. */
async function reached(base: string, file: File, course: Course, signal: AbortSignal): Promise<Begun> {
  if (course.upload !== null) {
    const known = await call<{ upload: Begun }>('GET', `${base}/uploads/${course.upload}`, { signal }).catch((error: unknown) => {
      if (problemOf(error).status !== 404) throw error
      return null
    })
    if (known) return known.upload
  }
  const { upload: begun } = await call<{ upload: Begun }>('POST', `${base}/uploads`, { body: { name: file.name, ...(file.type === '' ? {} : { type: file.type }), length: file.size }, signal })
  course.upload = begun.id
  return begun
}

async function inPieces(base: string, file: File, course: Course, { signal, onProgress, onCut }: Telling): Promise<ShownFile> {
  const begun = await reached(base, file, course, signal)
  const here = `${base}/uploads/${begun.id}`
  let at = begun.offset
  onProgress(at)
  const forget = () => { void call('DELETE', here).catch(() => undefined) }
  signal.addEventListener('abort', forget, { once: true })
  for (let cuts = 0; ;) {
    try {
      const from = at
      const { body, header } = await upload<{ file?: ShownFile } | undefined>(here, {
        method: 'PATCH', body: file.slice(from, from + pieceBytes), headers: { 'Content-Type': type, 'Upload-Offset': String(from) }, signal, onProgress: (bytes) => onProgress(from + bytes),
      })
      cuts = 0
      onCut(false)
      if (body?.file) return body.file
      at = Number(header('Upload-Offset') ?? from)
      onProgress(at)
    } catch (error) {
      // what the server refuses stays refused; what was cut goes on from where it came to
      const { status, code } = problemOf(error)
      if (isAborted(error) || (status !== 0 && status < 500 && code !== 'upload.wrong_offset') || cuts >= tries) throw error
      cuts += 1
      onCut(true)
      await pause(pauseMs * cuts, signal)
      at = await call<{ upload: Begun }>('GET', here, { signal }).then(({ upload: found }) => found.offset, () => at)
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    addEventListener('online', () => resolve(), { once: true, signal })
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(new DOMException('Cancelled', 'AbortError'))
    }, { once: true })
  })
}
