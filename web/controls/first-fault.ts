// After a submit that found faults, the reader is taken to the first line that must be mended.
import { useEffect, useRef, type RefObject } from 'react'

/** Give it what the last submit found: a new list of faults moves the focus to the first line marked invalid. */
export function useFirstFault<E extends HTMLElement>(found: readonly unknown[]): RefObject<E | null> {
  const area = useRef<E>(null)
  useEffect(() => {
    if (found.length > 0) area.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [found])
  return area
}
