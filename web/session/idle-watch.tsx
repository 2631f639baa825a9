// The warning before a session ends for lack of input: a countdown, Stay or Sign out.
import { useEffect, useRef, useState } from 'react'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { startIdleClock, type IdleClock } from './idle.ts'
import type { LiveSession } from './session.ts'

const warnMs = 60_000

interface Props { session: LiveSession; onCheck: () => void; onSignOut: () => void }

export function IdleWatch({ session, onCheck, onSignOut }: Props) {
  const [seconds, setSeconds] = useState<number | null>(null)
  const clock = useRef<IdleClock | null>(null)
  const check = useRef(onCheck)
  check.current = onCheck
  const timeoutMs = session.idle.timeoutMinutes * 60_000
  const expiresAt = session.idle.expiresAt
  const agent = session.agent.id

  useEffect(() => {
    if (timeoutMs === 0 || expiresAt === null) return setSeconds(null)
    const started = startIdleClock({ timeoutMs, expiresAt: expiresAt - session.skew, reportEveryMs: session.inputReport * 1000, skew: session.skew, onMessage: () => check.current() })
    clock.current = started
    const warn = Math.min(warnMs, timeoutMs / 2)
    let asked = false
    const timer = setInterval(() => {
      const left = started.left()
      const warning = left <= warn
      started.hold(warning)
      setSeconds(warning ? Math.max(0, Math.ceil(left / 1000)) : null)
      if (left > 0) asked = false
      else if (!asked) {
        asked = true
        check.current()
      }
    }, 500)
    return () => {
      clearInterval(timer)
      started.stop()
      clock.current = null
    }
    // a session fetched again moves expiresAt; the clock starts over from it
  }, [agent, timeoutMs, expiresAt, session.skew, session.inputReport])

  if (seconds === null) return null
  return (
    <Dialog rank="ending" title="Are you still there?" open role="alertdialog" dismissable={false} onClose={() => undefined}>
      <p>Without input you will be signed out in <strong className="nums" aria-live="off">{seconds} {seconds === 1 ? 'second' : 'seconds'}</strong>. Drafts are kept on this device.</p>
      <div className="row-end">
        <Button onPress={onSignOut}>Sign out</Button>
        <Button look="main" autoFocus onPress={() => { void clock.current?.stay(); setSeconds(null) }}>Stay signed in</Button>
      </div>
    </Dialog>
  )
}
