// A page that a mailed link opens: its token out of the address bar, what the server says of it, and what to do when it says no.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useState, type ReactNode } from 'react'
import { Button } from '../controls/button.tsx'
import { Note, ProblemNote } from '../controls/note.tsx'
import { call } from '../http/api.ts'
import { type BreachLookup, lookupFailed } from '../password/breach-lookup.ts'
import { problemOf } from '../http/problem.ts'
import type { Problem } from '../http/shapes.ts'
import { beginAnewOnNewFragment, takeFragment } from '../session/fragment.ts'
import { useBrand } from '../session/session.ts'
import { Gate } from '../sign-in/gate.tsx'

export interface MailedLink<Opened> {
  token: string
  opened: Opened | undefined
  /** drawn in place of the page while there is nothing to show, or the link does nothing */
  instead: ReactNode
}

/** Looks at the link, which does not use it up. `path`: such as `/renewal`; `dead`: what to do with a link that is used or too old. */
export function useMailedLink<Opened>(path: string, title: string, dead: ReactNode): MailedLink<Opened> {
  const [token] = useState(takeFragment)
  const query = useQuery({ queryKey: ['link', path, token], queryFn: () => call<Opened>('POST', `${path}/open`, { body: { token }, gated: false }), retry: false, staleTime: Infinity, enabled: token !== '' })
  useEffect(beginAnewOnNewFragment, [])
  const problem = query.error ? problemOf(query.error) : null
  if (token === '' || problem) return { token, opened: undefined, instead: <Gate><LinkFailed title={title} problem={problem} dead={dead} onAgain={() => void query.refetch()} /></Gate> }
  if (!query.data) return { token, opened: undefined, instead: <Gate><span role="status" className="hidden">Opening the link</span></Gate> }
  return { token, opened: query.data, instead: null }
}

/** `problem` null: the address carries no token at all. */
export function LinkFailed({ title, problem, dead, onAgain }: { title: string; problem: Problem | null; dead: ReactNode; onAgain: () => void }) {
  const brand = useBrand()
  const isDead = problem === null || problem.code === 'link.invalid'
  return (
    <>
      <header>
        <h1 tabIndex={-1}>{title}</h1>
        <p>{isDead ? 'This link cannot be used: each works once and for a limited time.' : <>for the workspace <strong className="mono">{brand}</strong></>}</p>
      </header>
      {isDead
        ? <Note tone="warning" title={problem === null ? 'The link was cut short' : 'Used before, or too old'}>{problem === null ? 'Open it again from the mail, or copy the whole of it.' : dead}</Note>
        : <ProblemNote problem={problem} />}
      <div className="row">
        {!isDead && <Button look="main" onPress={onAgain}>Try again</Button>}
        <Link className="button" to="/b/$brand" params={{ brand }}>Go to sign-in</Link>
      </div>
    </>
  )
}

/** The end of such a page: nobody is signed in by a link. */
export function SignInNext({ title, lookup, children }: { title: string; lookup?: BreachLookup | undefined; children?: ReactNode }) {
  const brand = useBrand()
  return (
    <>
      <header>
        <h1 tabIndex={-1}>{title}</h1>
        {children}
      </header>
      {lookup === 'failed' && <Note tone="warning">{lookupFailed}</Note>}
      <Link className="button" data-look="main" data-wide to="/b/$brand" params={{ brand }}>Sign in</Link>
    </>
  )
}
