// The shell of the signed-in workspace: rail, notices, the page, and the gatekeeper around them.
import { useQuery } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { Suspense, useState } from 'react'
import { Button } from '../controls/button.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { EnrolRequired } from '../enrolment/required.tsx'
import { problemOf } from '../http/problem.ts'
import { MustChange } from '../password/must-change.tsx'
import { useGatekeeper, Watch } from '../session/gatekeeper.tsx'
import { CodeDialog } from '../session/code-dialog.tsx'
import { useQuestions } from '../session/questions.ts'
import { RefusedPage } from '../session/refused-page.tsx'
import { sessionQuery, useBrand } from '../session/session.ts'
import { ProposalBanner } from '../settings/proposal-banner.tsx'
import { StageBanner } from '../settings/stage-banner.tsx'
import { TrialBanner } from '../settings/trial-banner.tsx'
import { LeftForOther } from '../sign-in/other-brand.tsx'
import { Notices } from './notices.tsx'
import { Waiting } from './page.tsx'
import { Rail } from './rail.tsx'

export function Shell() {
  const brand = useBrand()
  const session = useQuery({ ...sessionQuery, retry: 0 })
  const keeper = useGatekeeper(brand, session.data)
  const { refusal } = useQuestions()
  const [enrolling, setEnrolling] = useState(false)
  // stays until its person goes on: the recovery codes are shown after the factor is there
  if (!enrolling && session.data?.heldBack === 'factor.enrol_required') setEnrolling(true)

  if (refusal) return <RefusedPage problem={refusal} onAgain={() => location.reload()} />
  if (!session.data) {
    const problem = session.error ? problemOf(session.error) : null
    if (!problem || problem.status === 401) return <><Waiting /><CodeDialog onSignOut={() => void keeper.signOut()} onEnded={keeper.leave} /></>
    return (
      <main className="alone" id="main">
        <div className="alone-card stack">
          <h1>The workspace did not open</h1>
          <ProblemNote problem={problem} />
          <div><Button look="main" onPress={() => void session.refetch()}>Try again</Button></div>
        </div>
      </main>
    )
  }
  if (session.data.brand.slug !== brand) return <LeftForOther asked={brand} session={session.data} onSignOut={() => void keeper.signOut()} />
  if (session.data.heldBack === 'password.change_required') return <MustChange session={session.data} keeper={keeper} />
  if (enrolling) return <EnrolRequired session={session.data} keeper={keeper} onDone={() => setEnrolling(false)} />
  return (
    <div className="shell">
      <a className="skip" href="#main" onClick={(event) => { event.preventDefault(); document.getElementById('main')?.focus() }}>Skip to the page</a>
      <Rail session={session.data} onSignOut={() => void keeper.signOut()} />
      <div className="shell-main">
        <TrialBanner />
        <StageBanner />
        <ProposalBanner />
        <Notices tones={['danger', 'warning']} />
        <Suspense fallback={<Waiting />}>
          <Outlet />
        </Suspense>
      </div>
      <Watch session={session.data} keeper={keeper} />
    </div>
  )
}
