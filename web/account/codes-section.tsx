// Recovery codes: how many are left, and a new set that ends the old one.
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import type { Problem } from '../http/shapes.ts'
import { RecoveryCodes } from '../setup/recovery-codes.tsx'

const few = 3

export function CodesSection({ left }: { left: number }) {
  const client = useQueryClient()
  const [asking, setAsking] = useState(false)
  const [codes, setCodes] = useState<string[] | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)

  async function make() {
    setAsking(false)
    setProblem(null)
    try {
      setCodes((await call<{ recoveryCodes: string[] }>('POST', '/account/recovery-codes', { body: {} })).recoveryCodes)
      void client.invalidateQueries({ queryKey: ['factors'] })
      void client.invalidateQueries({ queryKey: ['session'] })
    } catch (error) {
      const said = problemOf(error)
      if (said.code !== 'step_up.required') setProblem(said)
    }
  }

  return (
    <div className="account-part">
      <div className="account-head">
        <h2>Recovery codes</h2>
        <p className="soft small">For when your phone is not at hand. Each works once.</p>
      </div>
      <div className="stack">
        <p className="row">
          <span><strong className="nums">{left}</strong> of 10 left</span>
          {left <= few && <span className="badge" data-tone="warn">{left === 0 ? 'None left' : 'Few left'}</span>}
        </p>
        {problem && <ProblemNote problem={problem} />}
        <div><Button onPress={() => setAsking(true)}>Make new codes</Button></div>
      </div>
      <Dialog title="Make new recovery codes?" open={asking} role="alertdialog" onClose={() => setAsking(false)}>
        <p>The codes you have now stop working at once. You will be asked for a fresh code.</p>
        <div className="row-end">
          <Button onPress={() => setAsking(false)}>Cancel</Button>
          <Button look="main" onPress={() => void make()}>Make new codes</Button>
        </div>
      </Dialog>
      {codes && (
        <Dialog title="Keep these recovery codes" open size="l" dismissable={false} onClose={() => undefined}>
          <p className="soft">They are shown now and never again. The old ones no longer work.</p>
          <RecoveryCodes codes={codes} />
          <div className="row-end"><Button look="main" onPress={() => setCodes(null)}>I have kept them</Button></div>
        </Dialog>
      )}
    </div>
  )
}
