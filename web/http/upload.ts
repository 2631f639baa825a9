// Sends bytes with their progress told: what fetch cannot say is said by XMLHttpRequest. Same origin, same problems as `call`.
import { answerRefusal, standsInFrame } from './api.ts'
import { problemError, readProblem } from './problem.ts'

export interface Sent { body: Blob; headers?: Record<string, string>; method?: string; signal: AbortSignal; onProgress: (bytes: number) => void }

/** Aborted by whoever asked for it. */
export const isAborted = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError'

/** The answer's JSON and headers; throws a ProblemError, or an AbortError. */
export async function upload<T>(path: string, sent: Sent): Promise<{ body: T; header: (name: string) => string | null }> {
  try {
    return await once<T>(path, sent)
  } catch (error) {
    if (isAborted(error) || !(await answerRefusal(error))) throw error
    return once<T>(path, sent)
  }
}

function once<T>(path: string, { body, headers = {}, method = 'POST', signal, onProgress }: Sent): Promise<{ body: T; header: (name: string) => string | null }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const stop = () => request.abort()
    request.open(method, `/api/v1${path}`)
    request.setRequestHeader('Accept', 'application/json')
    if (standsInFrame()) request.setRequestHeader('Portcullis-Frame', '1')
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.addEventListener('progress', ({ loaded }) => onProgress(loaded))
    request.addEventListener('load', () => {
      signal.removeEventListener('abort', stop)
      const answer = new Response(request.status === 204 ? null : request.responseText, { status: request.status })
      if (!answer.ok) return void readProblem(answer).then((problem) => reject(problemError(problem)))
      resolve({ body: (request.responseText === '' ? undefined : JSON.parse(request.responseText)) as T, header: (name) => request.getResponseHeader(name) })
    })
    // no answer came: not a problem of the server's, so it has none to say
    request.addEventListener('error', () => reject(new Error('The connection was cut.')))
    request.addEventListener('abort', () => reject(new DOMException('Cancelled', 'AbortError')))
    if (signal.aborted) return reject(new DOMException('Cancelled', 'AbortError'))
    signal.addEventListener('abort', stop, { once: true })
    request.send(body)
  })
}


