// The form that asks for a second factor: passkey, authenticator app, text message or recovery code, with its fault at the field.
import { useRef, useState, type FormEvent, type ReactNode } from 'react'
import { Button } from '../controls/button.tsx'
import { CodeField } from '../controls/code-field.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { problemError, problemOf } from '../http/problem.ts'
import type { AskedPasskey, CodeMethod, MethodOptions, Presented, Problem } from '../http/shapes.ts'
import { PasskeyButton } from '../passkey/passkey-button.tsx'
import { passkeysHere } from '../passkey/passkey.ts'
import { TextMessage, type SentMessage } from './text-message.tsx'

interface Props {
  methods?: readonly CodeMethod[]
  action: string
  send: (presented: Presented) => Promise<void>
  /** asks the server for what a method needs first: a text message sent, a passkey's challenge */
  options: (method: 'sms' | 'passkey') => Promise<MethodOptions>
  /** a refusal this form cannot show at its field; true when it was dealt with */
  onProblem?: (problem: Problem) => boolean
  children?: ReactNode
}

const others: Record<CodeMethod, string> = { passkey: 'Use a passkey', totp: 'Use the authenticator app', sms: 'Use a text message', recovery: 'Use a recovery code' }
const ofCode = /^(code|passkey)\./

/** A passkey needs a browser that knows them; whoever has nothing else is told so by the browser. */
function possible(methods: readonly CodeMethod[]): readonly CodeMethod[] {
  const left = methods.filter((method) => method !== 'passkey' || passkeysHere())
  return left.length > 0 ? left : methods
}

export function CodeForm({ methods = ['totp', 'recovery'], action, send, options, onProblem, children }: Props) {
  const offered = possible(methods)
  const [chosen, setMethod] = useState<CodeMethod | null>(null)
  const method = chosen ?? offered[0] ?? 'totp'
  const [code, setCode] = useState('')
  const [sent, setSent] = useState<SentMessage | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const form = useRef<HTMLFormElement>(null)

  function show(said: Problem | null) {
    if (said && onProblem?.(said)) return
    setProblem(said)
    if (said?.code.startsWith('code.')) {
      setCode('')
      form.current?.querySelector('input')?.focus()
    }
  }

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (busy || method === 'passkey') return
    setBusy(true)
    setProblem(null)
    try {
      await send({ method, code: code.trim() })
    } catch (error) {
      show(problemOf(error))
    } finally {
      setBusy(false)
    }
  }

  async function ask(): Promise<AskedPasskey> {
    const answer = await options('passkey')
    if (answer.method !== 'passkey') throw problemError({ status: 0, code: 'http.shape', title: 'Unexpected answer', detail: 'The server answered something else. Load the page again.' })
    return answer
  }

  function choose(next: CodeMethod) {
    setMethod(next)
    setCode('')
    setProblem(null)
  }

  const typed = method === 'totp' || method === 'recovery' || (method === 'sms' && sent !== null)
  const atField = typed && problem && ofCode.test(problem.code) ? { message: problem.detail } : undefined
  const six = method !== 'recovery'
  return (
    <form className="stack" ref={form} onSubmit={submit} noValidate>
      {method === 'passkey' && (
        <div className="stack-s">
          <p className="soft">Your browser will ask for your fingerprint, face, PIN or security key.</p>
          <PasskeyButton wide autoFocus ask={ask} give={(given) => send({ method: 'passkey', ...given })} onProblem={show} />
        </div>
      )}
      {method === 'sms' && <TextMessage options={options} sent={sent} onSent={setSent} onProblem={show} />}
      {(method === 'totp' || method === 'recovery' || (method === 'sms' && sent)) && <CodeField key={method} method={method} value={code} onChange={setCode} fault={atField} autoFocus />}
      {problem && !atField && <ProblemNote problem={problem} />}
      <div className="apart">
        <div className="row">
          {offered.filter((other) => other !== method).map((other) => <Button key={other} look="quiet" size="s" onPress={() => choose(other)}>{others[other]}</Button>)}
        </div>
        <div className="row">
          {children}
          {typed && <Button look="main" type="submit" pending={busy} isDisabled={six ? code.length !== 6 : code.trim() === ''}>{action}</Button>}
        </div>
      </div>
    </form>
  )
}
