// Your account: the factors that prove who you are, the phone, and this session.
import { useQuery } from '@tanstack/react-query'
import './account.css'
import { Facts } from '../controls/facts.tsx'
import { instantOf, utcOf } from '../controls/words.ts'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import type { Factors } from '../http/shapes.ts'
import { useSession } from '../session/session.ts'
import { Failed, Page } from '../shell/page.tsx'
import { AddAuthenticator } from './add-authenticator.tsx'
import { CodesSection } from './codes-section.tsx'
import { FactorList } from './factor-list.tsx'
import { NotificationsSection } from './notifications-section.tsx'
import { PasskeysSection } from './passkeys-section.tsx'
import { DevicesSection } from './devices-section.tsx'
import { PasswordSection } from './password-section.tsx'
import { PhoneSection } from './phone-section.tsx'
import { SessionsSection } from './sessions-section.tsx'

const provenWords = { 'password': 'Password', 'password+code': 'Password and code', 'host': 'Break-glass link from the host' } as const

export function Account() {
  const session = useSession()
  const found = useQuery({ queryKey: ['factors'], queryFn: () => call<Factors>('GET', '/account/factors') })
  const factors = found.data
  const first = session.agent.methods.length === 0
  return (
    <Page title="Your account" lead={`${session.agent.name}, ${session.agent.email}`} width="m">
      {found.error && <Failed problem={problemOf(found.error)} onAgain={() => void found.refetch()} />}
      {!factors && found.isPending && <div className="pulse" style={{ blockSize: '14rem' }} role="status" aria-label="Loading" />}
      {factors && (
        <section className="card" aria-labelledby="factors">
          <div className="account-part">
            <div className="account-head">
              <h2 id="factors">Authenticator app</h2>
              <p className="soft small">Shows a new six-digit code every 30 seconds.</p>
            </div>
            <div className="stack">
              {first && <p className="soft">None yet. Without a second factor you cannot save settings or change your credentials.</p>}
              <FactorList kind="totp" icon="twoFactor" factors={factors.totp} />
              <AddAuthenticator first={factors.totp.length === 0} askPassword={first} />
            </div>
          </div>
          <PasskeysSection factors={factors} first={first} />
          <CodesSection left={factors.recoveryCodesLeft} />
          <PhoneSection phone={factors.phone} sms={factors.smsConfigured !== false} />
        </section>
      )}
      <NotificationsSection />
      <PasswordSection />
      <section className="card account-part" aria-labelledby="session">
        <div className="account-head">
          <h2 id="session">This session</h2>
          <p className="soft small">How the server knows you right now.</p>
        </div>
        <Facts rows={[
          { label: 'We see you as', value: session.address ? <bdi className="mono">{session.address}</bdi> : 'Unknown: the server could not work out your address' },
          { label: 'Proven by', value: provenWords[session.proven] },
          { label: 'A save needs a code', value: session.stepUpUntil && session.stepUpUntil - session.skew > Date.now() ? `Not until ${instantOf(session.stepUpUntil - session.skew)}` : 'Yes, the next one' },
          ...(session.exemptUntil ? [{ label: 'Break-glass', value: `White-list does not hold for you until ${instantOf(session.exemptUntil - session.skew)}` }] : []),
          { label: 'Ends without input', value: session.idle.timeoutMinutes === 0 ? 'Never' : `After ${session.idle.timeoutMinutes} ${session.idle.timeoutMinutes === 1 ? 'minute' : 'minutes'}` },
          { label: 'Ends at the latest', value: <time title={utcOf(session.absoluteExpiresAt - session.skew)}>{instantOf(session.absoluteExpiresAt - session.skew)}</time> },
        ]} />
      </section>
      <SessionsSection />
      <DevicesSection />
    </Page>
  )
}
