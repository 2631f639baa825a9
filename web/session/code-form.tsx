// The form that asks for a code: authenticator app or recovery code, with its fault at the field.
import { useRef, useState, type FormEvent, type ReactNode } from 'react'
import { Button } from '../controls/button.tsx'
import { CodeField } from '../controls/code-field.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { problemOf } from '../http/problem.ts'
import type { CodeMethod, Problem } from '../http/shapes.ts'

interface Props {
  methods?: readonly CodeMethod[]
  action: string
  send: (code: string, method: CodeMethod) => Promise<void>
  /** a refusal this form cannot show at its field; true when it was dealt with */
  onProblem?: (problem: Problem) => boolean
  children?: ReactNode
}

export function CodeForm({ methods = ['totp', 'recovery'], action, send, onProblem, children }: Props) {
  const [method, setMethod] = useState<CodeMethod>(methods[0] ?? 'totp')
  const [code, setCode] = useState('')
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const form = useRef<HTMLFormElement>(null)

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    setProblem(null)
    try {
      await send(code.trim(), method)
    } catch (error) {
      const said = problemOf(error)
      if (!onProblem?.(said)) setProblem(said)
      if (said.code.startsWith('code.')) {
        setCode('')
        form.current?.querySelector('input')?.focus()
      }
    } finally {
      setBusy(false)
    }
  }

  const atField = problem?.code.startsWith('code.') ? { message: problem.detail } : undefined
  const other = method === 'totp' ? 'recovery' : 'totp'
  return (
    <form className="stack" ref={form} onSubmit={submit} noValidate>
      <CodeField key={method} method={method} value={code} onChange={setCode} fault={atField} autoFocus />
      {problem && !atField && <ProblemNote problem={problem} />}
      <div className="apart">
        {methods.includes(other)
          ? <Button look="quiet" size="s" onPress={() => { setMethod(other); setCode(''); setProblem(null) }}>{other === 'recovery' ? 'Use a recovery code' : 'Use the authenticator app'}</Button>
          : <span />}
        <div className="row">
          {children}
          <Button look="main" type="submit" pending={busy} isDisabled={method === 'totp' ? code.length !== 6 : code.trim() === ''}>{action}</Button>
        </div>
      </div>
    </form>
  )
}
