// Copies a text and says so, on the button and to a screen reader.
import { useEffect, useState } from 'react'
import { announce } from '../shell/announce.ts'
import { Button } from './button.tsx'

interface Props { text: string; label: string; children?: string; size?: 'm' | 's' }

export function CopyButton({ text, label, children, size = 's' }: Props) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 2000)
    return () => clearTimeout(timer)
  }, [copied])
  async function copy() {
    try {
      await navigator.clipboard.writeText(text)
      setCopied(true)
      announce('Copied.')
    } catch {
      announce('The browser did not allow copying. Select the text and copy it by hand.')
    }
  }
  return (
    <Button look={children ? 'plain' : 'icon'} size={size} icon={copied ? 'check' : 'copy'} aria-label={children ? undefined : label} onPress={copy}>
      {children && (copied ? 'Copied' : children)}
    </Button>
  )
}
