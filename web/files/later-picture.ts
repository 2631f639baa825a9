// A small picture that did not come at once: asked for again, one file of the page after the other, until it is there or there is none.

export const pictureAt = (id: string): string => `/api/v1/files/${encodeURIComponent(id)}/thumbnail`

/** seconds between one try and the next; after the last one it is given up until the page is drawn again */
const pauses = [2, 2, 4, 8, 15, 30]

/** One question of the whole page at a time: whoever waits for many pictures keeps its connections for everything else. */
let line: Promise<unknown> = Promise.resolve()

/** Null: there is none, it may not be seen, or it did not come in all the time. Never throws. */
export async function pictureLater(id: string, signal: AbortSignal): Promise<Blob | null> {
  for (const seconds of pauses) {
    await pause(seconds * 1_000, signal)
    const asked = line.then(() => (signal.aborted ? null : ask(id, signal)))
    line = asked
    const answer = await asked
    if (answer !== 'later') return answer
  }
  return null
}

async function ask(id: string, signal: AbortSignal): Promise<Blob | null | 'later'> {
  try {
    const answer = await fetch(pictureAt(id), { signal, cache: 'no-store' })
    if (answer.status === 202) return 'later'
    // of a type that we name: what stands behind a blob: address is of our origin
    return answer.status === 200 ? new Blob([await answer.arrayBuffer()], { type: 'image/webp' }) : null
  } catch {
    return null
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    }, { once: true })
  })
}
