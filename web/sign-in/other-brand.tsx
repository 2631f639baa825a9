// When this browser is signed in to another brand than the address names.
import { Link } from '@tanstack/react-router'
import { Button } from '../controls/button.tsx'
import { Note } from '../controls/note.tsx'
import type { Session } from '../http/shapes.ts'
import { Gate } from './gate.tsx'

export function OtherBrandNote({ session }: { session: Session }) {
  return (
    <Note title={`You are signed in to ${session.brand.name}`}>
      <Link to="/b/$brand/inbox" params={{ brand: session.brand.slug }}>Go to that workspace</Link>, or sign in below, which ends that session in this browser.
    </Note>
  )
}

export function LeftForOther({ asked, session, onSignOut }: { asked: string; session: Session; onSignOut: () => void }) {
  return (
    <Gate>
      <header>
        <h1>Another workspace</h1>
        <p>This address belongs to <strong className="mono">{asked}</strong>. You are signed in to {session.brand.name} as {session.agent.email}.</p>
      </header>
      <div className="row">
        <Link className="button" data-look="main" to="/b/$brand/inbox" params={{ brand: session.brand.slug }}>Go to {session.brand.name}</Link>
        <Button onPress={onSignOut}>Sign out</Button>
      </div>
    </Gate>
  )
}
