// The dialog that records a deviation: what is asked, what stands there, and why that is meant.
import { useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { FaultLine } from '../controls/fault-line.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { problemOf } from '../http/problem.ts'
import type { Problem } from '../http/shapes.ts'
import { toast } from '../shell/announce.ts'
import { recordDeviation } from './standards.ts'

export interface Deviating { standard: string; name: string; requirement: string; number: string; asks: string; value: string | null }

export function DeviationDialog({ deviating: { standard, name, requirement, number, asks, value }, onClose }: { deviating: Deviating; onClose: () => void }) {
  const client = useQueryClient()
  const id = useId()
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<Problem | null>(null)
  const fault = refusal?.faults?.find(({ path }) => path === 'reason')

  async function record() {
    setBusy(true)
    setRefusal(null)
    try {
      await recordDeviation(standard, requirement, reason)
      toast(`The deviation from ${name} ${number} is recorded.`)
      await Promise.all(['standards', 'standards-check'].map((key) => client.invalidateQueries({ queryKey: [key] })))
      onClose()
    } catch (error) {
      setRefusal(problemOf(error))
      setBusy(false)
    }
  }

  return (
    <Dialog title={`Record a deviation from ${name} ${number}`} open size="l" onClose={onClose}>
      <p>{asks}</p>
      {value !== null && <p className="soft break">What stands there: {value}</p>}
      <div className="field">
        <label className="field-label" htmlFor={id}>Why this is meant</label>
        <textarea className="input" id={id} rows={4} maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} aria-invalid={fault ? true : undefined} aria-describedby={`${id}-help${fault ? ` ${id}-fault` : ''}`} />
        <p className="field-help" id={`${id}-help`}>It stands in the evidence with your name, for an auditor to read. It holds for the value of now: once another stands there, it is shown as stale.</p>
        {fault && <FaultLine fault={fault} id={`${id}-fault`} />}
      </div>
      {refusal && !fault && <ProblemNote problem={refusal} />}
      <div className="row-end">
        <Button onPress={onClose}>Cancel</Button>
        <Button look="main" pending={busy} isDisabled={reason.trim() === ''} onPress={() => void record()}>Record</Button>
      </div>
    </Dialog>
  )
}
