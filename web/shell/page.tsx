// The frame of one page: its title in the tab, its heading, its width; and what stands there while it loads.
import { Link } from '@tanstack/react-router'
import { useEffect, useRef, type ReactNode } from 'react'
import { ProblemNote } from '../controls/note.tsx'
import { Button } from '../controls/button.tsx'
import type { Problem } from '../http/shapes.ts'
import { Icon } from './icon.tsx'

interface Props {
  title: string
  lead?: ReactNode
  /** the brand whose Settings & Features this page belongs to; draws the way back */
  settingsOf?: string
  width?: 'm' | 'l'
  aside?: ReactNode
  children: ReactNode
}

export function Page({ title, lead, settingsOf, width = 'l', aside, children }: Props) {
  const main = useRef<HTMLElement>(null)
  useTitle(title)
  return (
    <main className="page" data-width={width} id="main" tabIndex={-1} ref={main}>
      <header className="page-head">
        {settingsOf && (
          <Link className="crumb" to="/b/$brand/settings" params={{ brand: settingsOf }}>
            <span className="flip"><Icon name="back" size={16} /></span>Settings &amp; Features
          </Link>
        )}
        <div className="apart">
          <h1>{title}</h1>
          {aside}
        </div>
        {lead && <p>{lead}</p>}
      </header>
      {children}
    </main>
  )
}

/** Names the tab. */
export function useTitle(title: string): void {
  useEffect(() => { document.title = `${title} · Portcullis` }, [title])
}

/** Quiet blocks in place of a page that is on its way. */
export function Waiting() {
  return (
    <div className="page" data-width="m" role="status" aria-label="Loading">
      <div className="pulse" style={{ inlineSize: '14rem', blockSize: '2rem' }} />
      <div className="pulse" style={{ blockSize: '4.500rem' }} />
      <div className="pulse" style={{ blockSize: '4.500rem' }} />
    </div>
  )
}

/** A page whose data did not come. */
export function Failed({ problem, onAgain }: { problem: Problem; onAgain: () => void }) {
  return (
    <div className="stack">
      <ProblemNote problem={problem} />
      <div><Button onPress={onAgain}>Try again</Button></div>
    </div>
  )
}
