// A code by text message: what it risks (ASVS 6.6.1), the button that sends it, and to where it went.
import { useState } from 'react'
import { Button } from '../controls/button.tsx'
import { clockOf } from '../controls/words.ts'
import { problemOf } from '../http/problem.ts'
import type { Instant, MethodOptions, Problem } from '../http/shapes.ts'

export interface SentMessage { sentTo: string; expiresAt: Instant }

interface Props {
  options: (method: 'sms') => Promise<MethodOptions>
  sent: SentMessage | null
  onSent: (sent: SentMessage) => void
  onProblem: (problem: Problem | null) => void
}

export function TextMessage({ options, sent, onSent, onProblem }: Props) {
  const [busy, setBusy] = useState(false)
  async function send() {
    setBusy(true)
    onProblem(null)
    try {
      const answer = await options('sms')
      if (answer.method === 'sms') onSent({ sentTo: answer.sentTo, expiresAt: answer.expiresAt })
    } catch (error) {
      onProblem(problemOf(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className="stack-s">
      {sent
        ? <p role="status">Sent to <bdi className="mono">{sent.sentTo}</bdi>. It works until {clockOf(sent.expiresAt)}.</p>
        : <p className="soft">A text message can be read on a locked screen, and a number can be taken over. A passkey or an authenticator app is safer.</p>}
      <div><Button look={sent ? 'quiet' : 'main'} size={sent ? 's' : 'm'} pending={busy} onPress={() => void send()}>{sent ? 'Send another code' : 'Send a code'}</Button></div>
    </div>
  )
}
