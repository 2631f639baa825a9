// The page in place of everything when this address may not be here.
import { Button } from '../controls/button.tsx'
import { ProblemId } from '../controls/note.tsx'
import type { Problem } from '../http/shapes.ts'
import { Icon } from '../shell/icon.tsx'

export function RefusedPage({ problem, onAgain }: { problem: Problem; onAgain: () => void }) {
  return (
    <main className="alone" id="main">
      <div className="alone-card card stack">
        <span className="alone-icon" data-tone="danger"><Icon name="pin" size={26} /></span>
        <h1>Not open from here</h1>
        <p>{problem.detail}</p>
        <div className="stack-s soft">
          <p>What you can do:</p>
          <ul className="bullets">
            <li>Connect through your office network or its VPN, then try again.</li>
            <li>Give the reference below to an admin: the audit trail shows them what refused you.</li>
            <li>Whoever runs the server can let an admin back in on the host with <code>portcullis unlock</code>.</li>
          </ul>
        </div>
        {problem.id && <ProblemId id={problem.id} plain />}
        <div><Button look="main" onPress={onAgain}>Try again</Button></div>
      </div>
    </main>
  )
}
