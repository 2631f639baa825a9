// The review before saving: what changes in words, what to know, whom it signs out; then Save, with a code when asked.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { FaultLine } from '../controls/fault-line.tsx'
import { Note, ProblemNote } from '../controls/note.tsx'
import { countOf } from '../controls/words.ts'
import { problemOf } from '../http/problem.ts'
import type { PolicyCheck, PolicyState, Problem } from '../http/shapes.ts'
import { toast } from '../shell/announce.ts'
import type { Editing } from './editing.ts'
import { insideAllowlist } from './inside.ts'
import { declaredOf } from './printed.ts'
import { isKey } from '#policy/catalogue.ts'
import { stageFaults } from '#policy/stage.ts'
import { unchosen } from './holding-fields.tsx'
import { type Manner, usualManner, type Way } from './manner.ts'
import { MannerFields } from './manner-fields.tsx'
import { overtakenBy, OvertakenNote } from './overtaken-note.tsx'
import { isProposed, proposalsQuery, proposedWords, waitsFor } from './proposal.ts'
import { ReplayNote } from './replay-note.tsx'
import { SaveRefused, WouldBeRefused } from './save-refused.tsx'
import { ShutOutNotes } from './shut-out-notes.tsx'
import { beginStage } from './stage.ts'
import { TouchedNotes } from './touched-notes.tsx'
import { WaitsNote } from './waits-note.tsx'

const allowlist = 'management.allowlist'

interface Props<S extends PolicyState> { editing: Editing<S>; onClose: () => void; onFault: (key: string) => void }

export function ReviewDialog<S extends PolicyState>({ editing, onClose, onFault }: Props<S>) {
  const client = useQueryClient()
  const { place, judgement: { patch } } = editing
  const { version } = editing.state
  const [refusal, setRefusal] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const keys = Object.keys(patch)
  const [manner, setManner] = useState<Manner>(() => usualManner(keys))
  const staging = manner.way === 'report' || manner.way === 'some'
  const holding = manner.way === 'report' ? { ...manner.holding, kind: 'report' as const } : manner.holding
  const unstageable = staging ? stageFaults(holding.kind, place.channel, keys.filter(isKey)) : []
  const waits = waitsFor(useQuery(proposalsQuery).data?.rule, keys) && !staging
  const overtaken = overtakenBy(editing).length > 0
  const check = useQuery({ queryKey: ['policy-check', ...place.queryKey, version, patch], queryFn: () => place.check(patch), staleTime: 0, gcTime: 0, retry: false })

  async function save() {
    setBusy(true)
    setRefusal(null)
    let proposed = false
    try {
      if (staging) {
        await beginStage({ channel: place.channel, settings: patch, ...(manner.reason === undefined ? {} : { reason: manner.reason }) }, holding, version)
        await client.refetchQueries({ queryKey: place.queryKey })
      } else {
        const answer = await place.save(patch, version, manner)
        proposed = isProposed(answer)
        if (!proposed) client.setQueryData(place.queryKey, answer)
      }
      place.box.drop(Object.keys(patch))
      void client.invalidateQueries({ queryKey: ['channels'] })
      void client.invalidateQueries({ queryKey: ['session'] })
      void client.invalidateQueries({ queryKey: ['policy-trial'] })
      void client.invalidateQueries({ queryKey: ['policy-stage'] })
      void client.invalidateQueries({ queryKey: ['policy-proposals'] })
      toast(proposed ? proposedWords : savedWords(Object.keys(patch).length, manner))
      onClose()
      // the button that opened this is off now: focus must not fall to the top of the document
      setTimeout(() => {
        document.getElementById('main')?.focus({ preventScroll: true })
        // what was begun is followed, confirmed and taken back in the banner
        if (!proposed && manner.way !== 'now') scrollTo({ top: 0 })
      })
    } catch (error) {
      const said = problemOf(error)
      if (said.faults) editing.setServerFaults(said.faults)
      setRefusal(said)
      setBusy(false)
    }
  }

  const stale = async () => {
    await client.refetchQueries({ queryKey: place.queryKey })
    onClose()
  }

  return (
    <Dialog title="Review before saving" open size="l" onClose={onClose}>
      {check.isPending && <div className="pulse" style={{ blockSize: '6rem' }} role="status" aria-label="Checking" />}
      {check.error && <ProblemNote problem={problemOf(check.error)} />}
      <OvertakenNote editing={editing} onNothingLeft={onClose} />
      {check.data?.refused && <WouldBeRefused check={check.data} onFault={onFault} />}
      {check.data && !check.data.refused && leaves(editing) && <Note tone="warning">You will be outside the list yourself: from here a code will be asked.</Note>}
      {staging && check.data && <p className="soft">What stands below would happen if it held for everybody.</p>}
      {check.data && <Outcome check={check.data} onFault={(key) => { editing.setServerFaults(check.data.faults); onFault(key) }} />}
      {check.data && check.data.faults.length === 0 && <ReplayNote path={place.replayPath} settings={patch} />}
      {check.data && <MannerFields waits={waits} manner={manner} onChange={setManner} keys={keys} ways={place.channel === null ? everyWay : ofChannel} fault={refusal?.faults?.find(({ path }) => path === 'reason')} />}
      {unstageable.length > 0 && <Note tone="warning" title="Not possible this way" live><ul className="stack-s">{unstageable.map((fault) => <li key={fault.path}>{fault.message}</li>)}</ul></Note>}
      {waits && check.data && <WaitsNote />}
      {refusal && <SaveRefused problem={refusal} onReload={stale} onFault={onFault} />}
      <div className="row-end">
        <Button onPress={onClose}>Back to editing</Button>
        <Button look="main" pending={busy} isDisabled={overtaken || !check.data || check.data.faults.length > 0 || (check.data.refused === true && manner.way !== 'report') || unstageable.length > 0 || (manner.way === 'some' && unchosen(holding))} onPress={() => void save()}>{busy ? 'Saving…' : waits ? 'Propose' : labels[manner.way]}</Button>
      </div>
    </Dialog>
  )
}

const everyWay: readonly Way[] = ['report', 'some']
/** A channel's own values hold in that channel alone already. */
const ofChannel: readonly Way[] = ['report']
const labels: Readonly<Record<Way, string>> = { now: 'Save', trial: 'Save', report: 'Begin to count', some: 'Put on stage' }

function savedWords(changes: number, { way, trialMinutes, stays, limit }: Manner): string {
  if (way === 'report') return `Report only: what ${countOf(changes, 'change')} would do is counted from now on.`
  if (way === 'some') return `On stage: ${countOf(changes, 'change')}, for some first.`
  const holds = `Saved: ${countOf(changes, 'change')}. ${changes === 1 ? 'It holds' : 'They hold'} from the next request`
  if (way === 'now') return `${holds}.`
  return stays && limit !== null ? `${holds}, watched for ${trialMinutes} minutes.` : `${holds}, on trial for ${trialMinutes} minutes: confirm it at the top of the page, or it goes back.`
}

/** Whoever saves stands inside now and would stand outside of what is saved. */
const leaves = ({ judgement, state }: Pick<Editing, 'judgement' | 'state'>): boolean =>
  state.insideList && allowlist in judgement.patch && insideAllowlist(judgement.patch[allowlist], state.address) === false

type Changed = PolicyCheck['changed'][number]

function afterOf({ afterText, beforeText, inherits, inheritedBefore }: Changed): string {
  if (inherits === true) return `Inherited: ${afterText}`
  if (afterText !== beforeText) return afterText
  return inheritedBefore === true ? 'The same, as a value of its own' : 'The same in force; notes or unused entries change'
}

function DirectionBadges({ change: { direction, looser } }: { change: Changed }) {
  return (
    <>
      {direction === 'tighter' && <span className="badge">Tighter than before</span>}
      {direction === 'looser' && <span className="badge" data-tone="warn">Looser than before</span>}
      {looser === true && <span className="badge" data-tone="warn">Looser than Privacy & Security</span>}
    </>
  )
}

export function Outcome({ check, onFault }: { check: PolicyCheck; onFault: (key: string) => void }) {
  return (
    <>
      <dl className="diff">
        {check.changed.map((change) => (
          <div key={`${change.channelName ?? ''} ${change.key}`}>
            <dt className="row">{declaredOf(change.key)?.label ?? change.key}{change.channelName !== undefined && <span className="soft">in {change.channelName}</span>}<DirectionBadges change={change} /></dt>
            <dd>
              <span>{change.inheritedBefore === true && 'Inherited: '}{change.beforeText}</span>
              <span className="diff-arrow flip" aria-hidden="true">→</span>
              <span className="hidden">becomes</span>
              <strong>{afterOf(change)}</strong>
            </dd>
          </div>
        ))}
      </dl>
      {check.faults.length > 0 && (
        <Note tone="danger" title="The server found what must be mended first" live>
          <ul className="stack-s">
            {check.faults.slice(0, 5).map((fault) => (
              <li className="row" key={fault.path + fault.code}><FaultLine fault={fault} /><Button size="s" onPress={() => onFault(fault.path.split('/')[0] ?? fault.path)}>Show</Button></li>
            ))}
          </ul>
        </Note>
      )}
      {check.warnings.slice(check.refused ? 1 : 0).map((warning) => <Note tone="warning" key={warning.key + warning.message}>{warning.message}</Note>)}
      {!check.refused && (check.conversationsDue ?? 0) > 0 && <Note tone="danger" title={`${countOf(check.conversationsDue ?? 0, 'conversation')} will be erased`}>{check.conversationsDue === 1 ? 'It is' : 'They are'} older than the days you set: hidden as soon as it holds, and erased within minutes. This cannot be undone. What is on legal hold stays.</Note>}
      {!check.refused && check.sessionsEnding > 0 && <Note tone="warning"><strong>{countOf(check.sessionsEnding, 'session')} will end</strong> once it holds: {check.sessionsEnding === 1 ? 'that person is' : 'those people are'} told why at the sign-in page.</Note>}
      {!check.refused && <ShutOutNotes shutOut={check.shutOut} />}
      {!check.refused && <TouchedNotes touches={check.touchesNow} />}
      {(check.chatsClosing ?? 0) > 0 && <Note tone="warning"><strong>{countOf(check.chatsClosing ?? 0, 'open chat')} will close</strong> once it holds: {check.chatsClosing === 1 ? 'its site is' : 'their sites are'} no longer on the list.</Note>}
      {!check.refused && (check.sessionsHeldBack ?? 0) > 0 && <Note tone="warning"><strong>{countOf(check.sessionsHeldBack ?? 0, 'session')} will be held up</strong> at the next request: {check.sessionsHeldBack === 1 ? 'that person must' : 'those people must'} first choose a new password or enrol a second factor.</Note>}
      {!check.refused && (check.sessionsAskedForCode ?? 0) > 0 && <Note>{countOf(check.sessionsAskedForCode ?? 0, 'session')} will be asked for a code at the next request and then go on.</Note>}
    </>
  )
}
