// The field for a one-time code: six digits from an app, or a recovery code.
import type { CodeMethod, Fault } from '../http/shapes.ts'
import { TextField } from './text-field.tsx'

interface Props {
  method: CodeMethod
  value: string
  onChange: (value: string) => void
  fault?: Pick<Fault, 'message'> | undefined
  autoFocus?: boolean
  label?: string
}

export function CodeField({ method, value, onChange, fault, autoFocus, label }: Props) {
  if (method === 'recovery') {
    return <TextField label="Recovery code" name="recovery-code" code value={value} onChange={onChange} fault={fault} autoFocus={autoFocus} autoComplete="off" autoCapitalize="none" spellCheck={false} help="One of the codes you kept when you set up your account. Each works once." />
  }
  return (
    <TextField label={label ?? 'Code from your authenticator app'} name="one-time-code" code value={value} fault={fault} autoFocus={autoFocus}
      onChange={(text) => onChange(text.replace(/\D/g, '').slice(0, 6))}
      inputMode="numeric" autoComplete="one-time-code" placeholder="000000" maxLength={7} dir="ltr" />
  )
}
