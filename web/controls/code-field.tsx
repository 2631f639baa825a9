// The field for a one-time code: six digits from an app, or a recovery code.
import type { CodeMethod, Fault } from '../http/shapes.ts'
import { TextField } from './text-field.tsx'

interface Props {
  method: Exclude<CodeMethod, 'passkey'>
  value: string
  onChange: (value: string) => void
  fault?: Pick<Fault, 'message'> | undefined
  autoFocus?: boolean
  label?: string
}

/** As phones and keyboards of other scripts write it: full-width digits are digits, spaces and hyphens stand between them. */
const digitsOf = (text: string): string => text.replace(/[\uff10-\uff19]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0)).replace(/[\s\u2010-\u2015-]/g, '').slice(0, 6)
const noDigits = { message: 'A code has six digits, no letters.' }

export function CodeField({ method, value, onChange, fault, autoFocus, label }: Props) {
  if (method === 'recovery') {
    return <TextField label="Recovery code" name="recovery-code" code value={value} onChange={onChange} fault={fault} autoFocus={autoFocus} autoComplete="off" autoCapitalize="none" spellCheck={false} help="One of the codes you kept when you set up your account. Each works once." />
  }
  return (
    <TextField label={label ?? (method === 'sms' ? 'Code from the message' : 'Code from your authenticator app')} name="one-time-code" code value={value} fault={fault ?? (/[^0-9]/.test(value) ? noDigits : undefined)} autoFocus={autoFocus}
      onChange={(text) => onChange(digitsOf(text))}
      inputMode="numeric" autoComplete="one-time-code" placeholder="000000" maxLength={14} dir="ltr" />
  )
}
