// Files that are dragged over the conversation: where they may be let go, and why not where they may not.
import { useRef, useState, type DragEvent, type ReactNode } from 'react'
import { Icon } from '../shell/icon.tsx'
import type { UploadRules } from './shapes.ts'

interface Props { rules: UploadRules; onFiles: (files: readonly File[]) => void; className: string; label: string; children: ReactNode }

const holdsFiles = ({ dataTransfer }: DragEvent): boolean => [...dataTransfer.types].includes('Files')

export function DropArea({ rules, onFiles, className, label, children }: Props) {
  const [over, setOver] = useState(false)
  // entering a child leaves its parent: only the last one out counts
  const depth = useRef(0)
  function leave() {
    depth.current = 0
    setOver(false)
  }
  return (
    <section className={className} aria-label={label}
      onDragEnter={(event) => {
        if (!holdsFiles(event)) return
        event.preventDefault()
        depth.current += 1
        setOver(true)
      }}
      onDragLeave={() => {
        depth.current -= 1
        if (depth.current <= 0) leave()
      }}
      onDragOver={(event) => {
        if (!holdsFiles(event)) return
        // also where none may be sent: else the browser would open the file in place of the workspace
        event.preventDefault()
        event.dataTransfer.dropEffect = rules.enabled ? 'copy' : 'none'
      }}
      onDrop={(event) => {
        if (!holdsFiles(event)) return
        event.preventDefault()
        leave()
        onFiles([...event.dataTransfer.files])
      }}>
      {children}
      {over && (
        <div className="drop" aria-hidden="true">
          <p className="drop-field" data-no={!rules.enabled || undefined}><Icon name="clip" size={28} />{rules.enabled ? 'Let go to add the files to your message' : 'Files may not be sent in this channel'}</p>
        </div>
      )}
    </section>
  )
}
