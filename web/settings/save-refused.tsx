// Why a save was refused and what to do about it; the draft is kept in every case.
import { Button } from '../controls/button.tsx'
import { FaultLine } from '../controls/fault-line.tsx'
import { Note, ProblemNote } from '../controls/note.tsx'
import type { PolicyCheck, Problem } from '../http/shapes.ts'

interface Props { problem: Problem; onReload: () => void; onFault: (key: string) => void }

export function SaveRefused({ problem, onReload, onFault }: Props) {
  if (problem.code === 'step_up.required') {
    return <Note tone="warning" live title="Not saved">Saving needs a fresh code. Your draft is kept; press Save again when you have your authenticator app at hand.</Note>
  }
  if (problem.code === 'policy.locks_out_saver') {
    return (
      <ProblemNote problem={problem}>
        <p>Nothing was saved: from where you are, you could not have come back in. Add your own address to the white-list, or choose a two-factor mode that lets you in from outside with a code.</p>
        <div><Button size="s" onPress={() => onFault('management.allowlist')}>Go to the white-list</Button></div>
      </ProblemNote>
    )
  }
  if (problem.code === 'policy.stale') {
    return (
      <ProblemNote problem={problem}>
        <p>Nothing was saved. Loading the newest settings keeps your draft and shows, at each setting you both changed, what stands there now.</p>
        <div><Button size="s" onPress={onReload}>Load the newest settings</Button></div>
      </ProblemNote>
    )
  }
  if (problem.code === 'policy.trial_waiting') {
    return <ProblemNote problem={problem}><p>Your draft is kept. The change on trial stands at the top of the page.</p></ProblemNote>
  }
  if (problem.code === 'policy.staged' || problem.code === 'policy.stage_running') {
    return <ProblemNote problem={problem}><p>Your draft is kept. The change on stage stands at the top of the page.</p></ProblemNote>
  }
  return (
    <ProblemNote problem={problem}>
      {problem.faults && (
        <ul className="stack-s">
          {problem.faults.slice(0, 8).map((fault) => (
            <li className="row" key={fault.path + fault.code}><FaultLine fault={fault} /><Button size="s" onPress={() => onFault(fault.path.split('/')[0] ?? fault.path)}>Show</Button></li>
          ))}
        </ul>
      )}
    </ProblemNote>
  )
}

/** The check already knows that this draft cannot be saved as it is. */
export function WouldBeRefused({ check, onFault }: { check: PolicyCheck; onFault: (key: string) => void }) {
  const [why] = check.warnings
  return (
    <Note tone="danger" live title={why?.code === 'policy.locks_out_saver' ? 'This would lock you out' : 'This cannot be saved as it is'}>
      <p>{why?.message}</p>
      {why?.code === 'policy.locks_out_saver' && <div><Button size="s" onPress={() => onFault('management.allowlist')}>Go to the white-list</Button></div>}
    </Note>
  )
}
