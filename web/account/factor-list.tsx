// The factors of one kind: what each is called, when it was added and last used; renamed or removed here.
import { useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { TextField } from '../controls/text-field.tsx'
import { dayOf, instantOf } from '../controls/words.ts'
import { call } from '../http/api.ts'
import { faultAt, problemOf } from '../http/problem.ts'
import type { Factor, Problem } from '../http/shapes.ts'
import { toast } from '../shell/announce.ts'
import { Icon, type IconName } from '../shell/icon.tsx'
import { EndOthers } from './end-others.tsx'

interface Props {
  kind: 'passkeys' | 'totp'
  icon: IconName
  factors: readonly Factor[]
  /** what stands under the label beside the dates */
  note?: (factor: Factor) => string | null
}

export function FactorList({ kind, icon, factors, note }: Props) {
  const [renaming, setRenaming] = useState<Factor | null>(null)
  const [removing, setRemoving] = useState<Factor | null>(null)
  if (factors.length === 0) return null
  return (
    <>
      <ul className="factor-list">
        {factors.map((factor) => (
          <li key={factor.id}>
            <Icon name={icon} />
            <div className="grow">
              <p className="break">{factor.label}</p>
              <p className="soft small">{['Added ' + dayOf(factor.createdAt), factor.lastUsedAt ? `last used ${instantOf(factor.lastUsedAt)}` : 'not used yet', note?.(factor)].filter(Boolean).join(' · ')}</p>
            </div>
            <div className="row">
              <Button size="s" look="quiet" aria-label={`Rename ${factor.label}`} onPress={() => setRenaming(factor)}>Rename</Button>
              <Button size="s" look="quiet" aria-label={`Remove ${factor.label}`} onPress={() => setRemoving(factor)}>Remove</Button>
            </div>
          </li>
        ))}
      </ul>
      {renaming && <RenameDialog path={`/account/factors/${kind}/${renaming.id}`} factor={renaming} onClose={() => setRenaming(null)} />}
      {removing && <RemoveDialog path={`/account/factors/${kind}/${removing.id}`} name={removing.label} onClose={() => setRemoving(null)} />}
    </>
  )
}

function RenameDialog({ path, factor, onClose }: { path: string; factor: Factor; onClose: () => void }) {
  const client = useQueryClient()
  const [label, setLabel] = useState(factor.label)
  const [problem, setProblem] = useState<Problem | null>(null)
  async function rename(event: FormEvent) {
    event.preventDefault()
    try {
      await call('PATCH', path, { body: { label } })
      void client.invalidateQueries({ queryKey: ['factors'] })
      onClose()
    } catch (error) {
      setProblem(problemOf(error))
    }
  }
  const fault = faultAt(problem?.faults, 'label')
  return (
    <Dialog title="Rename" open onClose={onClose}>
      <form className="stack" onSubmit={(event) => void rename(event)} noValidate>
        {problem && !fault && <ProblemNote problem={problem} />}
        <TextField label="Name" value={label} onChange={setLabel} fault={fault} maxLength={60} autoFocus autoComplete="off" />
        <div className="row-end">
          <Button onPress={onClose}>Cancel</Button>
          <Button look="main" type="submit" isDisabled={label.trim() === ''}>Rename</Button>
        </div>
      </form>
    </Dialog>
  )
}

/** Asks before a factor goes; the server asks for a fresh code on top. */
export function RemoveDialog({ path, name, onClose }: { path: string; name: string; onClose: () => void }) {
  const client = useQueryClient()
  const [endOthers, setEndOthers] = useState(true)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  async function remove() {
    setBusy(true)
    setProblem(null)
    try {
      await call('DELETE', path, { body: { endOthers } })
      for (const queryKey of [['factors'], ['session'], ['own-sessions']]) void client.invalidateQueries({ queryKey })
      toast(`Removed: ${name}.`)
      onClose()
    } catch (error) {
      const said = problemOf(error)
      if (said.code !== 'step_up.required') setProblem(said)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog title={`Remove ${name}?`} open role="alertdialog" onClose={onClose}>
      {problem && <ProblemNote problem={problem} />}
      <p>It will no longer prove that it is you. You will be asked for a code first, and no device stays trusted. With your last second factor your recovery codes go too.</p>
      <EndOthers value={endOthers} onChange={setEndOthers} />
      <div className="row-end">
        <Button onPress={onClose}>Cancel</Button>
        <Button look="danger" pending={busy} onPress={() => void remove()}>Remove</Button>
      </div>
    </Dialog>
  )
}
