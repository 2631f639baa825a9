// What stands in place of the workspace until its person has enrolled a second factor; then the same session goes on.
import { AddAuthenticator } from '../account/add-authenticator.tsx'
import { Button } from '../controls/button.tsx'
import { Note } from '../controls/note.tsx'
import { type Gatekeeper, Watch } from '../session/gatekeeper.tsx'
import type { LiveSession } from '../session/session.ts'
import { useTitle } from '../shell/page.tsx'
import { Gate } from '../sign-in/gate.tsx'

export function EnrolRequired({ session, keeper, onDone }: { session: LiveSession; keeper: Gatekeeper; onDone: () => void }) {
  const done = session.heldBack !== 'factor.enrol_required'
  useTitle('Enrol a second factor')
  return (
    <Gate>
      <header>
        <h1 tabIndex={-1}>{done ? 'Your second factor is enrolled' : 'Enrol a second factor'}</h1>
        <p>
          {done
            ? 'Nothing else is missing.'
            : <>The workspace of {session.brand.name} asks everyone for a second factor. You are signed in as <strong className="break">{session.agent.email}</strong>; it opens as soon as yours is enrolled.</>}
        </p>
      </header>
      {/* kept in place while its recovery codes are on screen */}
      <div hidden={done}><AddAuthenticator first askPassword /></div>
      {!done && <Note>You need your phone, with any app that shows six-digit codes. It takes about a minute.</Note>}
      <div className="row">
        {done
          ? <Button look="main" onPress={onDone}>Go to the workspace</Button>
          : <><Button onPress={() => void keeper.check()}>I have enrolled it elsewhere</Button><Button look="quiet" onPress={() => void keeper.signOut()}>Sign out</Button></>}
      </div>
      <Watch session={session} keeper={keeper} />
    </Gate>
  )
}
