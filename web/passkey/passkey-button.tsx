// The button that asks for a passkey: what it asks comes from the server, and what was given goes back there.
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { Button } from '../controls/button.tsx'
import { problemOf } from '../http/problem.ts'
import type { AskedPasskey, Problem } from '../http/shapes.ts'
import { givePasskey, stopAsking } from './passkey.ts'

interface Props {
  /** What the browser is to ask: the options route's answer. */
  ask: () => Promise<AskedPasskey>
  /** Sends what was given. */
  give: (given: { credential: object; ceremony: string }) => Promise<void>
  /** Null at each new try. */
  onProblem: (problem: Problem | null) => void
  look?: 'main' | 'plain' | 'quiet'
  wide?: boolean
  autoFocus?: boolean
  children?: ReactNode
}

export function PasskeyButton({ ask, give, onProblem, look = 'main', wide, autoFocus, children = 'Use a passkey' }: Props) {
  const [busy, setBusy] = useState(false)
  const [waiting, setWaiting] = useState(false)
  const now = useRef({ here: true, waiting: false })
  useEffect(() => {
    const present = now.current
    present.here = true
    return () => {
      present.here = false
      if (present.waiting) stopAsking()
    }
  }, [])

  function wait(on: boolean) {
    now.current.waiting = on
    setWaiting(on)
  }

  // who has chosen another way meanwhile is asked nothing, and told nothing of it
  async function run() {
    setBusy(true)
    onProblem(null)
    try {
      const asked = await ask()
      if (!now.current.here) return
      wait(true)
      const given = await givePasskey(asked).finally(() => wait(false))
      if (now.current.here) await give(given)
    } catch (error) {
      if (now.current.here) onProblem(problemOf(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button look={look} icon="key" wide={wide ?? false} autoFocus={autoFocus ?? false} pending={busy} onPress={() => void run()}>{children}</Button>
      <p className={waiting ? 'soft small' : 'hidden'} role="status">{waiting && 'Your browser is asking for it now. If it shows nothing, choose another way.'}</p>
    </>
  )
}
