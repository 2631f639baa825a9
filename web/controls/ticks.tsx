// What is ticked, switched or chosen: check box, switch, radio group.
import type { ReactNode } from 'react'
import { Checkbox, type CheckboxProps } from 'react-aria-components/Checkbox'
import { Radio, RadioGroup, type RadioGroupProps } from 'react-aria-components/RadioGroup'
import { Switch, type SwitchProps } from 'react-aria-components/Switch'
import { Icon } from '../shell/icon.tsx'

export function Tick({ children, ...rest }: Omit<CheckboxProps, 'children' | 'className'> & { children: ReactNode }) {
  return (
    <Checkbox {...rest} className="tick">
      <span className="tick-box"><Icon name="check" size={14} /></span>
      <span>{children}</span>
    </Checkbox>
  )
}

export function Toggle({ children, ...rest }: Omit<SwitchProps, 'children' | 'className'> & { children: ReactNode }) {
  return (
    <Switch {...rest} className="tick">
      <span className="switch-track" />
      <span>{children}</span>
    </Switch>
  )
}

export interface RadioOption { value: string; label: ReactNode; help?: ReactNode }

export function Radios({ options, ...rest }: Omit<RadioGroupProps, 'children' | 'className'> & { options: readonly RadioOption[] }) {
  return (
    <RadioGroup {...rest} className="radios">
      {options.map((option) => (
        <Radio key={option.value} value={option.value} className="tick">
          <span className="radio-dot" />
          <span>
            {option.label}
            {option.help && <span className="field-help" style={{ display: 'block' }}>{option.help}</span>}
          </span>
        </Radio>
      ))}
    </RadioGroup>
  )
}
