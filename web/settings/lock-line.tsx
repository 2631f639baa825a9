// Below a setting that channels may set themselves: whether the module locks it, and the switch, with what it would hold back said first.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { Note, ProblemNote } from '../controls/note.tsx'
import { countOf } from '../controls/words.ts'
import { problemOf } from '../http/problem.ts'
import type { Problem } from '../http/shapes.ts'
import { toast } from '../shell/announce.ts'
import { Icon } from '../shell/icon.tsx'
import { isProposed, proposedWords } from './proposal.ts'
import { checkLock, policyQuery, saveLock, type LockCheck } from './policy-query.ts'

interface Props { settingKey: string; label: string; locked: boolean; /** the draft holds another value than the one the lock would hold */ changed: boolean }

export function LockLine({ settingKey, label, locked, changed }: Props) {
  const [open, setOpen] = useState(false)
  return (
    <p className="setting-lock small">
      {locked && <Icon name="lock" size={16} />}
      <span className="soft">{locked ? 'Locked: a channel may only be tighter.' : 'A channel may have its own value, also a looser one.'}</span>
      <Button look="quiet" size="s" aria-label={`${locked ? 'Unlock' : 'Lock for channels'}: ${label}`} onPress={() => setOpen(true)}>{locked ? 'Unlock' : 'Lock for channels'}</Button>
      {open && <LockDialog settingKey={settingKey} label={label} lock={!locked} changed={changed} onClose={() => setOpen(false)} />}
    </p>
  )
}

interface DialogProps { settingKey: string; label: string; lock: boolean; changed: boolean; onClose: () => void }

function LockDialog({ settingKey, label, lock, changed, onClose }: DialogProps) {
  const client = useQueryClient()
  const policy = useQuery(policyQuery)
  const version = policy.data?.version
  const check = useQuery({ queryKey: ['lock-check', settingKey, lock, version], queryFn: () => checkLock(settingKey, lock), staleTime: 0, gcTime: 0, retry: false })
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)

  async function save() {
    if (version === undefined) return
    setBusy(true)
    setProblem(null)
    try {
      const answer = await saveLock(settingKey, lock, version)
      void client.invalidateQueries({ queryKey: ['policy-proposals'] })
      toast(isProposed(answer) ? proposedWords : lock ? `Locked: no channel can be looser than Privacy & Security in “${label}”.` : `Unlocked: channels may be looser in “${label}”.`)
      void client.invalidateQueries({ queryKey: ['channels'] })
      void client.invalidateQueries({ queryKey: ['channel-policy'] })
      await client.refetchQueries({ queryKey: ['policy'] })
      onClose()
    } catch (error) {
      const found = problemOf(error)
      if (found.code === 'policy.stale') await client.refetchQueries({ queryKey: ['policy'] })
      if (found.code !== 'step_up.required') setProblem(found)
      setBusy(false)
    }
  }
  return (
    <Dialog title={`${lock ? 'Lock' : 'Unlock'} “${label}”?`} open size="l" onClose={onClose}>
      <p>{lock ? 'Every channel then gets the tighter of its own value and the one here. What a channel has stored stays there, and holds again when you unlock.' : 'What channels have stored then holds again, also where it is looser than the value here.'}</p>
      {check.isPending && <div className="pulse" style={{ blockSize: '4rem' }} role="status" aria-label="Checking" />}
      {check.error && <ProblemNote problem={problemOf(check.error)} />}
      {check.data && <Outcome check={check.data} lock={lock} />}
      {changed && lock && <Note>Your draft holds another value; what is locked is the saved one{check.data ? `: ${check.data.value}` : ''}.</Note>}
      {problem && <ProblemNote problem={problem} />}
      <div className="row-end">
        <Button onPress={onClose}>Cancel</Button>
        <Button look="main" icon={lock ? 'lock' : undefined} pending={busy} isDisabled={!check.data || check.data.faults.length > 0} onPress={() => void save()}>{busy ? 'Saving…' : lock ? 'Lock' : 'Unlock'}</Button>
      </div>
    </Dialog>
  )
}

function Outcome({ check, lock }: { check: LockCheck; lock: boolean }) {
  return (
    <>
      {check.faults.map((fault) => <Note tone="danger" key={fault.message}>{fault.message}</Note>)}
      {lock && !check.saved && <p className="soft">Nobody has set this yet: the default, {check.value}, is saved with the lock.</p>}
      <p><strong>{check.channels.length === 0 ? (lock ? 'No channel is held back.' : 'No channel changes.') : `${countOf(check.channels.length, 'channel')} ${lock ? (check.channels.length === 1 ? 'is held back' : 'are held back') : (check.channels.length === 1 ? 'changes' : 'change')}:`}</strong></p>
      {check.channels.length > 0 && (
        <dl className="diff">
          {check.channels.map((one) => (
            <div key={one.id}>
              <dt>{one.name}</dt>
              <dd><span>{lock ? one.own : one.held}</span><span className="diff-arrow flip" aria-hidden="true">→</span><span className="hidden">becomes</span><strong>{lock ? one.held : one.own}</strong></dd>
            </div>
          ))}
        </dl>
      )}
      {check.chatsClosing > 0 && <Note tone="warning"><strong>{countOf(check.chatsClosing, 'open chat')} will close:</strong> {check.chatsClosing === 1 ? 'its site is' : 'their sites are'} then no longer on the list.</Note>}
    </>
  )
}
