// The button, in its five looks; a pending one keeps its place and focus and does nothing.
import type { ReactNode } from 'react'
import { Button as AriaButton, type ButtonProps } from 'react-aria-components/Button'
import { Icon, type IconName } from '../shell/icon.tsx'

interface Props extends Omit<ButtonProps, 'children' | 'className' | 'style' | 'isPending'> {
  look?: 'main' | 'plain' | 'quiet' | 'danger' | 'icon'
  size?: 'm' | 's'
  icon?: IconName
  wide?: boolean
  /** work is under way; what it is stands in the children ("Saving…") */
  pending?: boolean
  children?: ReactNode
}

export function Button({ look = 'plain', size = 'm', icon, wide, pending, children, type, onPress, ...rest }: Props) {
  return (
    <AriaButton {...rest} className="button" data-look={look} data-size={size} data-wide={wide || undefined} data-pending={pending || undefined} type={pending ? 'button' : type} onPress={pending ? undefined : onPress}>
      {icon && <Icon name={icon} size={size === 's' ? 16 : 18} />}
      {look !== 'icon' && children}
    </AriaButton>
  )
}
