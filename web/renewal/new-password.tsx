// The line for a new password, with how much of its shortest length is typed.
import { SecretField } from '../controls/text-field.tsx'
import type { Fault } from '../http/shapes.ts'
import { lengthOf } from '../setup/answers.ts'

interface Props {
  value: string
  onChange: (value: string) => void
  /** characters, as the workspace asks */
  shortest: number
  fault?: Pick<Fault, 'message'> | undefined
  autoFocus?: boolean
  label?: string
}

export function NewPassword({ value, onChange, shortest, fault, autoFocus, label = 'New password' }: Props) {
  const length = lengthOf(value)
  const enough = length >= shortest
  return (
    <div className="stack-s">
      <SecretField label={label} name="new-password" autoComplete="new-password" autoFocus={autoFocus} value={value} onChange={onChange} fault={fault} />
      <div className="meter" data-enough={enough || undefined}>
        <div className="meter-bar" aria-hidden="true"><span style={{ inlineSize: `${Math.min(100, (length / shortest) * 100)}%` }} /></div>
        <p className="small soft" role="status">{meterWords(length, shortest)}</p>
      </div>
    </div>
  )
}

function meterWords(length: number, shortest: number): string {
  if (length === 0) return `At least ${shortest} characters. Any characters count, spaces too: a few words you will remember do well.`
  if (length < shortest) return `${shortest - length} more ${shortest - length === 1 ? 'character' : 'characters'} to go.`
  return `Long enough: ${length} characters.`
}

/** The fault of a password that is too short, as the server would tell it; the rest only the server can judge. */
export function lengthFault(password: string, shortest: number): Fault[] {
  if (lengthOf(password) >= shortest) return []
  return [{ path: 'password', code: 'password.too_short', message: `Choose a password of at least ${shortest} characters.` }]
}
