// A labelled line of text with its help and its fault.
import { useId, useState, type ComponentProps, type ReactNode } from 'react'
import type { Fault } from '../http/shapes.ts'
import { Button } from './button.tsx'
import { FaultLine } from './fault-line.tsx'

export interface TextFieldProps extends Omit<ComponentProps<'input'>, 'onChange' | 'value' | 'className' | 'style'> {
  label: string
  value: string
  onChange: (value: string) => void
  help?: ReactNode
  fault?: Pick<Fault, 'message'> | undefined
  inside?: ReactNode
  code?: boolean
}

export function TextField({ label, value, onChange, help, fault, inside, code, id: given, ...rest }: TextFieldProps) {
  const made = useId()
  const id = given ?? made
  const described = [help && `${id}-help`, fault && `${id}-fault`].filter(Boolean).join(' ') || undefined
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>{label}</label>
      <div className="input-box">
        <input {...rest} id={id} className={code ? 'input input-code' : 'input'} value={value} onChange={(event) => onChange(event.target.value)} aria-invalid={fault ? true : undefined} aria-describedby={described} />
        {inside && <span className="inside">{inside}</span>}
      </div>
      {help && <div className="field-help" id={`${id}-help`}>{help}</div>}
      {fault && <FaultLine fault={fault} id={`${id}-fault`} />}
    </div>
  )
}

/** A password line: shown or hidden by choice; paste is never refused (NIST SP 800-63B-4 §3.1.1.2). */
export function SecretField({ label, ...rest }: TextFieldProps) {
  const [shown, show] = useState(false)
  return (
    <TextField {...rest} label={label} type={shown ? 'text' : 'password'} autoCapitalize="none" spellCheck={false}
      inside={<Button look="icon" size="s" icon={shown ? 'eyeOff' : 'eye'} aria-label={shown ? `Hide ${label.toLowerCase()}` : `Show ${label.toLowerCase()}`} onPress={() => show(!shown)} />} />
  )
}
