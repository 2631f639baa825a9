// Settings → Waiting changes: what was proposed and by whom, with its difference and a try on own traffic; approved or rejected by another administrator.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import './history.css'
import { Button } from '../controls/button.tsx'
import { Note, ProblemNote } from '../controls/note.tsx'
import { TextField } from '../controls/text-field.tsx'
import { countOf, instantOf, numberOf } from '../controls/words.ts'
import { problemOf } from '../http/problem.ts'
import { useBrand, useSession } from '../session/session.ts'
import { Icon } from '../shell/icon.tsx'
import { Failed, Page, Waiting } from '../shell/page.tsx'
import { Changes } from './changes.tsx'
import { actOn, type EndedProposal, type Proposal, type Proposals, type ProposalAct, proposalsQuery, rejectWith } from './proposal.ts'
import { ReplayNote } from './replay-note.tsx'
import { useAct } from './use-act.ts'

export function WaitingChanges() {
  const brand = useBrand()
  const found = useQuery(proposalsQuery)
  return (
    <Page title="Waiting changes" settingsOf={brand} width="m" lead="Changes of settings that hold only when a second administrator approves them. Whoever proposed one cannot approve it.">
      {found.error && <Failed problem={problemOf(found.error)} onAgain={() => void found.refetch()} />}
      {found.isPending && <Waiting />}
      {found.data && <RuleNote {...found.data} />}
      {found.data?.proposals.length === 0 && (
        <div className="empty card">
          <Icon name="check" size={40} />
          <h2>Nothing waits</h2>
          <p className="soft">{found.data.rule === 'off' ? 'Changes of settings hold at once here.' : 'A change that needs a second person stands here until it is approved.'}</p>
        </div>
      )}
      {found.data && found.data.proposals.length > 0 && <ol className="history">{found.data.proposals.map((one) => <Item key={one.id} proposal={one} alone={found.data.administrators < 2} />)}</ol>}
      {found.data && found.data.ended.length > 0 && (
        <section className="stack" aria-labelledby="ended">
          <h2 id="ended">What became of earlier ones</h2>
          <ol className="history">{found.data.ended.map((one) => <Ended key={one.id} proposal={one} />)}</ol>
        </section>
      )}
    </Page>
  )
}

function RuleNote({ rule, administrators }: Proposals) {
  const brand = useBrand()
  const where = <Link to="/b/$brand/settings/privacy" params={{ brand }} hash="policy.second_person">Privacy &amp; Security</Link>
  if (rule === 'off') return <Note title="No second person is asked for">Which changes need one is set under {where}.</Note>
  if (administrators < 2) return <Note tone="danger" title="Nobody can approve">There is one administrator left. Make a second one under Users; until then only whoever runs this server can change these settings, with “portcullis policy apply”.</Note>
  return <p className="soft">{rule === 'all' ? 'Every setting' : 'What may shut people out'} needs a second person ({countOf(administrators, 'administrator')}). This is set under {where}.</p>
}

/** `alone`: there is no other administrator, which stands above them all. */
function Item({ proposal, alone }: { proposal: Proposal; alone: boolean }) {
  const { agent } = useSession()
  const { id, by, proposedAt, until, reason, trialMinutes, changes, mine, stale, untouched, mayApprove, mayReject, draft, meanwhile, enforces, approvers } = proposal
  const { busy, problem, run } = useAct<ProposalAct | 'reject'>()
  const [tried, setTried] = useState(false)
  const [rejecting, setRejecting] = useState(false)
  const [why, setWhy] = useState('')

  const label = by?.name ?? 'somebody'
  return (
    <li className="card history-item">
      <div className="apart">
        <p><strong className="auto-dir">{label}</strong>{mine && ' (you)'} <span className="soft">on {instantOf(proposedAt)}; runs out on {instantOf(until)}</span></p>
        {stale ? <span className="badge" data-tone="warn">Settings changed meanwhile</span> : <span className="badge">Waits for approval</span>}
      </div>
      {reason !== null && <p className="history-reason break"><span className="auto-dir">{reason}</span></p>}
      <Changes changes={changes} />
      {trialMinutes !== null && <p className="small soft">On trial for {trialMinutes} minutes from the moment it is approved.</p>}
      {enforces !== null && !enforces.over && (
        <p className="small break">
          <span className="badge">From the stage</span> Counted {enforces.kind === 'report' ? 'as report only' : 'on stage'}{enforces.beganAt === null ? '' : ` since ${instantOf(enforces.beganAt)}`}: of {countOf(enforces.decisions, 'decision')}, {numberOf(enforces.nowRefused)} {enforces.nowRefused === 1 ? 'is' : 'are'} newly refused and {numberOf(enforces.nowAllowed)} newly allowed. Approving enforces exactly this and ends the stage.
        </p>
      )}
      {approvers === 0 && !alone && !stale && <Note tone="warning" title="Nobody may approve this">Every other administrator is newer than it, or was given access by somebody else within a day before it: wait until that day is over, withdraw it, and propose it again.</Note>}
      {enforces?.over === true && <Note tone="warning" title="The stage is over">What this was to enforce is on stage no more, so it cannot be approved: {mine ? 'withdraw it' : 'reject it, or its author withdraws it'}, and propose the change by itself.</Note>}
      {stale && (
        <Note tone="warning" title="Saved since it was proposed">
          {meanwhile === null ? 'What was saved since stands in the history of the settings.' : <Changes changes={meanwhile} />}
          <p>{untouched ? (mine ? 'None of it touches this change: you can propose it again as it is.' : 'None of it touches this change: its author can propose it again as it is.') : 'It touches the same settings: withdraw it, and make the change anew on the settings that stand now.'}</p>
        </Note>
      )}
      {tried && draft !== null && <ReplayNote path={draft.channel === null ? '/policy/replay' : `/channels/${encodeURIComponent(draft.channel)}/policy/replay`} settings={draft.settings} />}
      {rejecting && <TextField label="Why it is rejected" value={why} onChange={setWhy} maxLength={500} autoFocus fault={problem?.faults?.[0]} help="Its author reads it here; it also stands in the audit trail." />}
      {problem && problem.faults === undefined && <ProblemNote problem={problem} />}
      {!mine && !mayApprove && !stale && <p className="small soft">{agent.role === 'admin' ? 'Your account is newer than this proposal, so another administrator must approve it.' : 'Only an administrator can approve it.'}</p>}
      <div className="row-end">
        {!tried && draft !== null && !stale && <Button look="quiet" onPress={() => setTried(true)}>Try it on your own traffic</Button>}
        {mine && stale && untouched && <Button pending={busy === 'again'} onPress={() => void run('again', () => actOn(id, 'again'), 'Proposed again, on the settings that stand now.')}>Propose again</Button>}
        {mine && <Button pending={busy === 'withdraw'} onPress={() => void run('withdraw', () => actOn(id, 'withdraw'), 'Withdrawn: nothing was changed.')}>Withdraw</Button>}
        {mayReject && !rejecting && <Button onPress={() => setRejecting(true)}>Reject…</Button>}
        {rejecting && <Button onPress={() => setRejecting(false)}>Do not reject</Button>}
        {rejecting && <Button look="danger" pending={busy === 'reject'} isDisabled={why.trim() === ''} onPress={() => void run('reject', () => rejectWith(id, why), 'Rejected: nothing was changed.')}>Reject</Button>}
        {mayApprove && enforces?.over !== true && !rejecting && <Button look="main" pending={busy === 'approve'} onPress={() => void run('approve', () => actOn(id, 'approve'), trialMinutes === null ? 'Approved: it holds from the next request.' : `Approved: it holds, on trial for ${trialMinutes} minutes.`)}>Approve</Button>}
      </div>
    </li>
  )
}

const endWords = { approved: 'Approved', rejected: 'Rejected', withdrawn: 'Withdrawn', expired: 'Ran out' } as const

function Ended({ proposal: { state, by, endedAt, endedBy, why, changes } }: { proposal: EndedProposal }) {
  return (
    <li className="card history-item">
      <div className="apart">
        <p><strong className="auto-dir">{by?.name ?? 'Somebody'}</strong> <span className="soft">proposed {countOf(changes.length, 'change')}{endedAt === null ? '' : `; ended on ${instantOf(endedAt)}`}{endedBy === null ? '' : `, by ${endedBy.name}`}</span></p>
        <span className="badge" data-tone={state === 'approved' ? 'good' : undefined}>{endWords[state]}</span>
      </div>
      {why !== null && <p className="history-reason break"><span className="auto-dir">{why}</span></p>}
      <p className="small soft break">{changes.map(({ label, afterText }) => `${label}: ${afterText}`).join('; ')}</p>
    </li>
  )
}
