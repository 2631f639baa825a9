// The clip: picks files for the message, or says why none may be sent here.
import { useRef } from 'react'
import type { UploadRules } from '../files/shapes.ts'
import { acceptOf, sizeOf, typesInWords } from '../files/words.ts'
import { announce } from '../shell/announce.ts'
import { Icon } from '../shell/icon.tsx'

const closed = 'Files may not be sent in this channel: its settings forbid it. An administrator can change that under Privacy & Security, Media.'

export function Clip({ rules, onFiles }: { rules: UploadRules; onFiles: (files: readonly File[]) => void }) {
  const field = useRef<HTMLInputElement>(null)
  const words = rules.enabled ? `Attach files: ${typesInWords(rules)}, each at most ${sizeOf(rules.maxBytes)}` : closed
  return (
    <>
      <button type="button" className="button composer-clip" data-look="icon" data-size="s" aria-disabled={!rules.enabled || undefined} aria-label={rules.enabled ? 'Attach files' : `Attach files. ${closed}`} title={words}
        onClick={() => (rules.enabled ? field.current?.click() : announce(closed))}><Icon name="clip" size={16} /></button>
      <input ref={field} type="file" multiple hidden tabIndex={-1} aria-hidden="true" accept={acceptOf(rules)} onChange={({ currentTarget }) => {
        onFiles([...(currentTarget.files ?? [])])
        // the same file again is a change too
        currentTarget.value = ''
      }} />
    </>
  )
}
