// Which of several open dialogs may show: a question of the server comes before the page's own, the end of the session before both.
import { useEffect, useId, useState, useSyncExternalStore } from 'react'

/** `page`: opened by the person. `question`: a code is asked. `ending`: the session is about to end. */
export type DialogRank = 'page' | 'question' | 'ending'
const order: Record<DialogRank, number> = { page: 0, question: 1, ending: 2 }

const open = new Map<string, number>()
const listeners = new Set<() => void>()

function changed(): void {
  for (const listener of listeners) listener()
}

/** True while no open dialog stands above this one. Two at once would fight for the focus, so the lower one waits unseen. */
export function useTopmost(isOpen: boolean, rank: DialogRank): boolean {
  const id = useId()
  const own = order[rank]
  const [clear, setClear] = useState(false)
  useEffect(() => {
    if (!isOpen) return
    open.set(id, own)
    changed()
    // those below close first: a closing dialog would take the focus from the one that opens
    const timer = setTimeout(() => setClear(true), 0)
    return () => {
      clearTimeout(timer)
      setClear(false)
      open.delete(id)
      changed()
    }
  }, [id, isOpen, own])
  const highest = useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, () => Math.max(0, ...open.values()))
  return own >= highest && (own === 0 || clear)
}
