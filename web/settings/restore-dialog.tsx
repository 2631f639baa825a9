// Going back to an earlier version: what that changes, whom it touches, and the same last questions as before any save.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { problemOf } from '../http/problem.ts'
import type { Problem } from '../http/shapes.ts'
import { toast } from '../shell/announce.ts'
import { checkRestore, restoreVersion } from './history.ts'
import { type Manner, usualManner } from './manner.ts'
import { MannerFields } from './manner-fields.tsx'
import { isProposed, proposalsQuery, proposedWords, waitsFor } from './proposal.ts'
import { Outcome } from './review-dialog.tsx'
import { SaveRefused, WouldBeRefused } from './save-refused.tsx'
import { WaitsNote } from './waits-note.tsx'

export function RestoreDialog({ version, present, onClose }: { version: number; present: number; onClose: () => void }) {
  const client = useQueryClient()
  const check = useQuery({ queryKey: ['policy-restore', version, present], queryFn: () => checkRestore(version), staleTime: 0, gcTime: 0, retry: false })
  const [chosen, setChosen] = useState<Manner | null>(null)
  const [refusal, setRefusal] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const keys = check.data?.changed.map(({ key }) => key) ?? []
  const waits = waitsFor(useQuery(proposalsQuery).data?.rule, keys)
  const manner = chosen ?? { ...usualManner(keys), reason: `Back to version ${version}` }
  const nothing = check.data?.changed.length === 0 && check.data.faults.length === 0

  async function goBack() {
    setBusy(true)
    setRefusal(null)
    try {
      const answer = await restoreVersion(version, present, manner)
      toast(isProposed(answer) ? proposedWords : `The settings stand as in version ${version} again.`)
      await client.invalidateQueries()
      onClose()
    } catch (error) {
      setRefusal(problemOf(error))
      setBusy(false)
    }
  }

  return (
    <Dialog title={`Go back to version ${version}?`} open size="l" onClose={onClose}>
      {check.isPending && <div className="pulse" style={{ blockSize: '6rem' }} role="status" aria-label="Checking" />}
      {check.error && <ProblemNote problem={problemOf(check.error)} />}
      {check.data?.refused && <WouldBeRefused check={check.data} onFault={onClose} />}
      {nothing ? <p>The settings stand as in version {version} already.</p> : check.data && <Outcome check={check.data} onFault={onClose} />}
      {check.data && !check.data.refused && !nothing && <MannerFields waits={waits} manner={manner} onChange={setChosen} keys={keys} fault={refusal?.faults?.find(({ path }) => path === 'reason')} />}
      {waits && check.data && !nothing && <WaitsNote />}
      {refusal && <SaveRefused problem={refusal} onReload={() => { void client.invalidateQueries(); onClose() }} onFault={onClose} />}
      <div className="row-end">
        <Button onPress={onClose}>Cancel</Button>
        <Button look="main" pending={busy} isDisabled={!check.data || nothing || check.data.faults.length > 0 || check.data.refused === true} onPress={() => void goBack()}>{busy ? 'Going back…' : waits ? 'Propose to go back' : 'Go back'}</Button>
      </div>
    </Dialog>
  )
}
