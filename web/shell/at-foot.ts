// Is the rail a bar at the foot of a narrow screen? Then what it opens stands above it, not beside.
import { useSyncExternalStore } from 'react'

const narrow = matchMedia('(max-width: 44rem)')

function listen(told: () => void): () => void {
  narrow.addEventListener('change', told)
  return () => narrow.removeEventListener('change', told)
}

export const useAtFoot = (): boolean => useSyncExternalStore(listen, () => narrow.matches)
