// The line for a new password: what makes a good one, how long it is by now, and in words why one was refused.
import type { ReactNode } from 'react'
import '../sign-in/gate.css'
import { SecretField } from '../controls/text-field.tsx'
import type { Fault } from '../http/shapes.ts'

interface Props {
  label?: string
  value: string
  onChange: (value: string) => void
  fault?: Pick<Fault, 'message'> | undefined
  /** fewest characters, where the page knows them */
  least?: number
  autoFocus?: boolean
  help?: ReactNode
}

/** Characters as the server counts them: code points after NFC. */
const lengthOf = (text: string): number => [...text.normalize('NFC')].length

/** Advice, not a score: only the server knows the lists and the history. */
export function NewPasswordField({ label = 'New password', value, onChange, fault, least, autoFocus, help }: Props) {
  const length = lengthOf(value)
  const enough = least !== undefined && length >= least
  return (
    <div className="stack-s">
      <SecretField label={label} name="new-password" autoComplete="new-password" autoFocus={autoFocus} value={value} onChange={onChange} fault={fault}
        help={help ?? 'Several words that belong together only for you make a good one. Spaces count, and you may paste it from a password manager.'} />
      {least !== undefined && (
        <div className="meter" data-enough={enough ? '' : undefined}>
          <div className="meter-bar" aria-hidden="true"><span style={{ inlineSize: `${Math.min(100, (length / least) * 100)}%` }} /></div>
          <p className="soft small nums">{enough ? `${length} characters` : `${length} of at least ${least} characters`}</p>
        </div>
      )}
    </div>
  )
}
