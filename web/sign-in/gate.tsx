// The frame of every page before the workspace: the gate on one side, the story on the other.
import type { ReactNode } from 'react'
import './gate.css'
import { Mark } from '../shell/mark.tsx'

export function Gate({ children, aside }: { children: ReactNode; aside?: ReactNode }) {
  return (
    <div className="gate">
      <header className="gate-side">
        <div className="gate-grid" aria-hidden="true" />
        <div className="gate-name"><Mark size={30} /><span>Portcullis</span></div>
        {aside}
      </header>
      <main className="gate-main" id="main">
        <div className="gate-body">{children}</div>
      </main>
    </div>
  )
}
