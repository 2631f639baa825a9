// What proves who a person is: password, factors, locks and the links that are open.
import { useState } from 'react'
import { Button } from '../controls/button.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { Tick } from '../controls/ticks.tsx'
import { countOf, dayOf, instantOf } from '../controls/words.ts'
import { Icon } from '../shell/icon.tsx'
import { useMailed } from '../shell/mailed.ts'
import { useAct } from './use-act.ts'
import { linkWords, lockMethods, lockWords, type User } from './user.ts'

export function SecuritySection({ user, self }: { user: User; self: boolean }) {
  const act = useAct(user.id)
  const mailed = useMailed()
  const [require, setRequire] = useState(false)
  const active = user.state === 'active'
  const { factors } = user
  const held = [
    ...factors.passkeys.map((one) => ({ ...one, icon: 'key' as const, kind: 'Passkey' })),
    ...factors.totp.map((one) => ({ ...one, icon: 'twoFactor' as const, kind: 'Authenticator app' })),
  ]
  return (
    <section className="card account-part" aria-labelledby="security">
      <div className="account-head">
        <h2 id="security">Security</h2>
        <p className="soft small">Every one of these is mailed to {self ? 'you' : 'its person'}, and asks you for a fresh code.</p>
      </div>
      <div className="stack">
        {act.problem && <ProblemNote problem={act.problem} />}
        <div className="stack-s">
          <h3>Second factors</h3>
          {!user.hasFactor && <p className="users-none"><Icon name="warning" size={18} />None: a password alone proves who they are.</p>}
          {user.hasFactor && (
            <ul className="factor-list">
              {held.map((one) => <li key={one.id}><Icon name={one.icon} /><span className="grow break auto-dir">{one.label || one.kind}</span><span className="soft small">{one.kind}, added {dayOf(one.createdAt)}</span></li>)}
              {factors.sms && <li><Icon name="channel" /><span className="grow">Text message</span><span className="soft small">to the verified phone</span></li>}
            </ul>
          )}
          <p className="soft small">{countOf(factors.recoveryCodesLeft, 'recovery code', 'recovery codes')} left, {countOf(factors.trustedDevices, 'trusted device', 'trusted devices')}.</p>
          {active && !user.hasFactor && !self && <div><Button icon="mail" pending={act.busy === '/users/enrolment-links'} onPress={() => void act.run('/users/enrolment-links', { ids: [user.id] }, mailed.to('A link to enrol', user.email))}>Send a link to enrol one</Button></div>}
        </div>
        <div className="stack-s">
          <h3>Password</h3>
          <p>{user.passwordSetAt ? `Chosen ${dayOf(user.passwordSetAt)}.` : 'None yet.'}{user.mustChange && ' A new one must be chosen before anything else opens.'}</p>
          {active && !self && (
            <>
              {!user.mustChange && <Tick isSelected={require} onChange={setRequire}>Ask for it at once: nothing else opens before a new one is chosen</Tick>}
              <div><Button icon="mail" pending={act.busy === '/renewal'} onPress={() => void act.run('/renewal', { requireChange: require }, mailed.to('A link for a new password', user.email))}>Send a link for a new password</Button></div>
            </>
          )}
          {self && <p className="soft small">Yours you change under Your account.</p>}
        </div>
        {user.locks.length > 0 && (
          <div className="stack-s">
            <h3>Locks</h3>
            <ul className="factor-list">
              {user.locks.map((lock) => <li key={`${lock.kind} ${lock.network ?? lock.method ?? ''}`}><Icon name="lock" /><span className="grow">{lockWords[lock.kind]}{lock.method && `: ${lockMethods[lock.method] ?? lock.method}`} {lock.network && <bdi className="mono small">{lock.network}</bdi>}</span><span className="soft small">{lock.failures} tries, until {instantOf(lock.until)}</span></li>)}
            </ul>
            <div><Button pending={act.busy === '/locks/lift'} onPress={() => void act.run('/locks/lift', undefined, 'The locks are lifted.')}>Lift the locks</Button></div>
          </div>
        )}
        {user.links.length > 0 && (
          <div className="stack-s">
            <h3>Open links</h3>
            <ul className="factor-list">
              {user.links.map((link) => <li key={`${link.kind} ${link.createdAt}`}><Icon name="link" /><span className="grow">{linkWords[link.kind] ?? link.kind}</span><span className="soft small">works until {instantOf(link.expiresAt)}</span></li>)}
            </ul>
          </div>
        )}
      </div>
    </section>
  )
}
