// Puts the shortcuts to work: what a key does is found in the page by its mark, so that no room must know another.
import { useEffect, useRef, useState, type RefObject } from 'react'
import { actionOf, type Action } from './shortcuts.ts'

const place = 'portcullis.shortcuts'
const fields = 'input, textarea, select, [contenteditable], [role="textbox"], [role="menu"], [role="listbox"], [role="dialog"], [role="alertdialog"]'

function kept(): boolean {
  try {
    return localStorage.getItem(place) !== 'off'
  } catch {
    return true
  }
}

type Own = 'help' | 'back'

/** `on` and what turns them on or off; kept on this device. Elements say with `data-shortcut` what they are for. */
export function useShortcuts(frame: RefObject<HTMLElement | null>, own: Record<Own, () => void>): { on: boolean; turn: (on: boolean) => void } {
  const [on, set] = useState(kept)
  const latest = useRef(own)
  latest.current = own

  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      const target = event.target instanceof Element ? event.target : document.body
      if (event.defaultPrevented || document.querySelector('.scrim')) return
      const action = actionOf({ key: event.key, ctrlKey: event.ctrlKey, metaKey: event.metaKey, altKey: event.altKey, typing: target.closest(fields) !== null, inList: target.closest('[data-row]') !== null }, on)
      if (!action || !frame.current) return
      if (act(frame.current, action, latest.current)) event.preventDefault()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [frame, on])

  return {
    on,
    turn: (next) => {
      set(next)
      try {
        if (next) localStorage.removeItem(place)
        else localStorage.setItem(place, 'off')
      } catch {
        // a browser that keeps nothing still gets the choice for this visit
      }
    },
  }
}

function act(frame: HTMLElement, action: Action, own: Record<Own, () => void>): boolean {
  if (action === 'help' || action === 'back') {
    own[action]()
    return true
  }
  if (action === 'next' || action === 'previous') return step(frame, action === 'next' ? 1 : -1)
  if (action === 'open') {
    const row = document.activeElement?.closest<HTMLElement>('[data-row]')
    row?.click()
    return row !== null && row !== undefined
  }
  const target = frame.querySelector<HTMLElement>(`[data-shortcut="${action}"]`)
  if (!target) return false
  if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) target.focus()
  else {
    target.focus()
    target.click()
  }
  return true
}

/** From the row with the focus, else from the open one. */
function step(frame: HTMLElement, by: 1 | -1): boolean {
  const rows = [...frame.querySelectorAll<HTMLElement>('[data-row]')]
  const from = rows.findIndex((row) => row === document.activeElement)
  const at = from >= 0 ? from : rows.findIndex((row) => row.hasAttribute('aria-current'))
  const row = rows[at < 0 ? 0 : at + by]
  row?.focus()
  row?.scrollIntoView({ block: 'nearest' })
  return rows.length > 0
}
