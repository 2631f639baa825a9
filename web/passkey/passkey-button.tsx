// The button that asks for a passkey: what it asks comes from the server, and what was given goes back there.
import { useState, type ReactNode } from 'react'
import { Button } from '../controls/button.tsx'
import { problemOf } from '../http/problem.ts'
import type { AskedPasskey, Problem } from '../http/shapes.ts'
import { givePasskey } from './passkey.ts'

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
  async function run() {
    setBusy(true)
    onProblem(null)
    try {
      await give(await givePasskey(await ask()))
    } catch (error) {
      onProblem(problemOf(error))
    } finally {
      setBusy(false)
    }
  }
  return <Button look={look} icon="key" wide={wide ?? false} autoFocus={autoFocus ?? false} pending={busy} onPress={() => void run()}>{children}</Button>
}
