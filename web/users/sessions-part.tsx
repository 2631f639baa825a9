// Where one person is signed in, as an administrator sees it: device, address, last input; one or all are ended from here.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { deviceOf } from '../account/sessions-section.tsx'
import { Button } from '../controls/button.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { countOf, instantOf, msOf, spanOf } from '../controls/words.ts'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import type { Problem } from '../http/shapes.ts'
import { useSession } from '../session/session.ts'
import { toast } from '../shell/announce.ts'
import { Icon } from '../shell/icon.tsx'
import { Failed } from '../shell/page.tsx'
import { userSessionsQuery, type User } from './user.ts'

export function SessionsPart({ user }: { user: User }) {
  const client = useQueryClient()
  const { skew } = useSession()
  const found = useQuery(userSessionsQuery(user.id))
  const [busy, setBusy] = useState<string | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const sessions = found.data?.sessions ?? []

  async function end(id?: string) {
    setBusy(id ?? 'all')
    setProblem(null)
    try {
      const { ended } = await call<{ ended: number }>('POST', `/users/${encodeURIComponent(user.id)}/sessions/end`, { body: id === undefined ? {} : { id } })
      toast(ended === 0 ? 'It had ended already.' : `${countOf(ended, 'session')} ended.`)
      void client.invalidateQueries({ queryKey: ['users', user.id] })
    } catch (error) {
      const said = problemOf(error)
      if (said.code !== 'step_up.required') setProblem(said)
    } finally {
      setBusy(null)
    }
  }
  return (
    <section className="card account-part" aria-labelledby="sessions">
      <div className="account-head">
        <h2 id="sessions">Signed in</h2>
        <p className="soft small">What is ended is out within a second.</p>
      </div>
      <div className="stack">
        {found.error && !found.data && <Failed problem={problemOf(found.error)} onAgain={() => void found.refetch()} />}
        {problem && <ProblemNote problem={problem} />}
        {found.data && sessions.length === 0 && <p className="soft">Nowhere right now.</p>}
        {sessions.length > 0 && (
          <ul className="factor-list">
            {sessions.map((one) => (
              <li key={one.id}>
                <Icon name="screen" />
                <div className="grow">
                  <p className="break">{deviceOf(one)}</p>
                  <p className="soft small">{one.address ? <bdi className="mono">{one.address}</bdi> : 'Unknown address'} · since {instantOf(one.signedInAt)} · last input {spanOf(Date.now() + skew - msOf(one.lastInputAt))} ago</p>
                </div>
                <Button size="s" aria-label={`End the session in ${deviceOf(one)}`} pending={busy === one.id} onPress={() => void end(one.id)}>End</Button>
              </li>
            ))}
          </ul>
        )}
        {sessions.length > 1 && <div><Button look="danger" pending={busy === 'all'} onPress={() => void end()}>End all {sessions.length}</Button></div>}
      </div>
    </section>
  )
}
