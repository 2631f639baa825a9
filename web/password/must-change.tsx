// The page in place of the shell while a new password must be chosen: choose one, or sign out.
import { Button } from '../controls/button.tsx'
import { type Gatekeeper, Watch } from '../session/gatekeeper.tsx'
import type { LiveSession } from '../session/session.ts'
import { useTitle } from '../shell/page.tsx'
import { ChangeForm } from './change-form.tsx'

export function MustChange({ session, keeper }: { session: LiveSession; keeper: Gatekeeper }) {
  useTitle('Choose a new password')
  return (
    <main className="alone" id="main">
      <div className="alone-card card stack">
        <h1>Choose a new password</h1>
        <p className="soft">Your password has reached its age, or an administrator asks for a new one. Nothing else opens before; what you were writing is kept on this device.</p>
        <ChangeForm email={session.agent.email} action="Change and go on" onDone={() => void keeper.check()}>
          <Button onPress={() => void keeper.signOut()}>Sign out</Button>
        </ChangeForm>
      </div>
      <Watch session={session} keeper={keeper} />
    </main>
  )
}
