// Where you are signed in: every session of yours, and the end of one or of all others.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import './sessions-section.css'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { SecretField } from '../controls/text-field.tsx'
import { countOf, instantOf, spanOf, utcOf } from '../controls/words.ts'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import type { OwnSession, OwnSessions, Problem } from '../http/shapes.ts'
import { useSession } from '../session/session.ts'
import { toast } from '../shell/announce.ts'
import { Icon, type IconName } from '../shell/icon.tsx'
import { Failed } from '../shell/page.tsx'

const icons: Record<OwnSession['kind'], IconName> = { desktop: 'screen', phone: 'twoFactor', tablet: 'media', unknown: 'screen' }
const methods: Record<string, string> = { totp: 'password and authenticator app', passkey: 'passkey', sms: 'password and text message', recovery: 'password and recovery code', trusted_device: 'password on a trusted device' }
const proofs = { 'password': 'password', 'password+code': 'password and code', 'host': 'break-glass link' } as const

export const deviceOf = ({ browser, system }: Pick<OwnSession, 'browser' | 'system'>): string =>
  [browser ?? 'Unknown browser', system].filter(Boolean).join(' on ')

export function SessionsSection() {
  const found = useQuery({ queryKey: ['own-sessions'], queryFn: () => call<OwnSessions>('GET', '/account/sessions') })
  const { skew } = useSession()
  const [ending, setEnding] = useState<OwnSession | 'others' | null>(null)
  const sessions = [...(found.data?.sessions ?? [])].sort((one, other) => Number(other.current) - Number(one.current))
  const others = sessions.filter(({ current }) => !current).length
  return (
    <section className="card account-part" aria-labelledby="sessions">
      <div className="account-head">
        <h2 id="sessions">Where you are signed in</h2>
        <p className="soft small">End what you do not know or no longer use. It is out within a second.</p>
      </div>
      <div className="stack">
        {found.error && !found.data && <Failed problem={problemOf(found.error)} onAgain={() => void found.refetch()} />}
        {found.isPending && <div className="pulse" style={{ blockSize: '6rem' }} role="status" aria-label="Loading" />}
        {sessions.length > 0 && (
          <ul className="factor-list session-list">
            {sessions.map((one) => (
              <li key={one.id} data-current={one.current || undefined}>
                <Icon name={icons[one.kind]} />
                <div className="grow stack-s">
                  <p className="row"><strong className="break">{deviceOf(one)}</strong>{one.current && <span className="badge" data-tone="accent">This session</span>}</p>
                  <p className="soft small">
                    {one.address ? <>From <bdi className="mono">{one.address}</bdi></> : 'From an unknown address'} · {methods[one.factorMethod ?? ''] ?? proofs[one.proven]}
                  </p>
                  <p className="soft small">
                    Signed in <time title={utcOf(one.signedInAt)}>{instantOf(one.signedInAt)}</time> · {one.current ? 'in use now' : <>last input <time title={utcOf(one.lastInputAt)}>{spanOf(Date.now() + skew - one.lastInputAt)} ago</time></>}
                  </p>
                </div>
                {!one.current && <Button size="s" aria-label={`End the session in ${deviceOf(one)}`} onPress={() => setEnding(one)}>End</Button>}
              </li>
            ))}
          </ul>
        )}
        {others > 1 && <div><Button look="danger" onPress={() => setEnding('others')}>End all {others} others</Button></div>}
        {found.data && others === 0 && <p className="soft small">You are signed in nowhere else.</p>}
      </div>
      {ending !== null && <EndDialog ending={ending} others={others} askPassword={found.data?.askedFor === 'password'} onClose={() => setEnding(null)} />}
    </section>
  )
}

interface EndProps { ending: OwnSession | 'others'; others: number; askPassword: boolean; onClose: () => void }

function EndDialog({ ending, others, askPassword, onClose }: EndProps) {
  const client = useQueryClient()
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)

  async function end(event: FormEvent) {
    event.preventDefault()
    setBusy(true)
    setProblem(null)
    try {
      const body = askPassword ? { password } : {}
      const { ended } = ending === 'others'
        ? await call<{ ended: number }>('POST', '/account/sessions/end-others', { body })
        : await call<{ ended: number }>('DELETE', `/account/sessions/${encodeURIComponent(ending.id)}`, { body })
      toast(ended === 0 ? 'It had ended already.' : `${countOf(ended, 'session')} ended.`)
      void client.invalidateQueries({ queryKey: ['own-sessions'] })
      onClose()
    } catch (error) {
      const said = problemOf(error)
      if (said.code === 'step_up.required') onClose()
      else setProblem(said)
    } finally {
      setBusy(false)
    }
  }

  const wrong = problem?.code === 'password.wrong' || problem?.code === 'password.required'
  return (
    <Dialog title={ending === 'others' ? 'End all other sessions?' : 'End this session?'} role="alertdialog" open onClose={onClose}>
      <form className="stack" onSubmit={end} noValidate>
        <p>{ending === 'others' ? <>{countOf(others, 'session')} will be signed out at once. This one goes on.</> : <>{deviceOf(ending)}{ending.address && <> at <bdi className="mono">{ending.address}</bdi></>} will be signed out at once.</>}</p>
        {problem && !wrong && <ProblemNote problem={problem} />}
        {askPassword && <SecretField label="Your password" name="password" autoComplete="current-password" autoFocus value={password} onChange={setPassword} fault={wrong ? { message: problem.detail } : undefined} />}
        <div className="row-end">
          <Button onPress={onClose}>Cancel</Button>
          <Button look="main" type="submit" pending={busy} isDisabled={askPassword && password === ''}>{busy ? 'Ending…' : 'End'}</Button>
        </div>
      </form>
    </Dialog>
  )
}
