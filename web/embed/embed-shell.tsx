// The shell of a frame: a slim bar in place of the rail, and the inbox below it.
import { useQuery } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { Suspense } from 'react'
import { Button } from '../controls/button.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { problemOf } from '../http/problem.ts'
import { Watch } from '../session/gatekeeper.tsx'
import { useQuestions } from '../session/questions.ts'
import { RefusedPage } from '../session/refused-page.tsx'
import { sessionQuery, useBrand } from '../session/session.ts'
import { Icon } from '../shell/icon.tsx'
import { Mark } from '../shell/mark.tsx'
import { Waiting } from '../shell/page.tsx'
import { useFrameKeeper } from './frame-keeper.ts'
import { SiteTalk } from './site-talk.tsx'

export function EmbedShell() {
  const brand = useBrand()
  const session = useQuery({ ...sessionQuery, retry: 0 })
  const keeper = useFrameKeeper(brand, session.data)
  const { refusal } = useQuestions()
  const own = `/b/${encodeURIComponent(brand)}/inbox`

  if (refusal) return <RefusedPage problem={refusal} onAgain={() => location.reload()} />
  if (!session.data) {
    const problem = session.error ? problemOf(session.error) : null
    if (!problem || problem.status === 401) return <Waiting />
    return <Alone title="The workspace did not open"><ProblemNote problem={problem} /><div><Button look="main" onPress={() => void session.refetch()}>Try again</Button></div></Alone>
  }
  if (session.data.heldBack || session.data.brand.slug !== brand) {
    return (
      <Alone title={session.data.heldBack ? 'One step first' : 'Another workspace'}>
        <p className="soft">{session.data.heldBack ? 'Your account asks for something before anything else opens. Do it in the workspace itself, then load this page again.' : `You are signed in to ${session.data.brand.name} here. Sign out to use this one.`}</p>
        <div className="row">
          {session.data.heldBack && <a className="button" data-look="main" href={own} target="_blank" rel="noreferrer">Open the workspace</a>}
          <Button onPress={() => void keeper.signOut()}>Sign out here</Button>
        </div>
      </Alone>
    )
  }
  return (
    <div className="frame-shell">
      <header className="frame-bar">
        <Mark size={20} />
        <strong className="auto-dir frame-brand">{session.data.brand.name}</strong>
        <a className="frame-out" href={own} target="_blank" rel="noreferrer"><Icon name="screen" size={16} /><span>Open the whole workspace</span></a>
        <Button look="quiet" size="s" onPress={() => void keeper.signOut()}>Sign out</Button>
      </header>
      <div className="shell-main">
        <Suspense fallback={<Waiting />}><Outlet /></Suspense>
      </div>
      <SiteTalk />
      <Watch session={session.data} keeper={keeper} />
    </div>
  )
}

function Alone({ title, children }: { title: string; children: React.ReactNode }) {
  return <main className="frame-gate" id="main"><div className="frame-gate-body stack"><h1>{title}</h1>{children}</div></main>
}
