// A secret that is shown this once, with how to send it.
import { Button } from '../controls/button.tsx'
import { CopyButton } from '../controls/copy-button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { Note } from '../controls/note.tsx'

interface Props { title: string; secret: string; onClose: () => void; onTest?: () => void; children?: string }

export function ShownOnce({ title, secret, onClose, onTest, children }: Props) {
  const curl = `curl -H "Authorization: Bearer $PORTCULLIS_KEY" ${location.origin}/api/v1/inbox`
  return (
    <Dialog title={title} open onClose={onClose} size="l" dismissable={false}>
      <Note tone="warning" title="It is shown only now">{children ?? 'Copy it to where your program keeps its secrets. Nobody can show it again; whoever has it may do what it may do.'}</Note>
      <div className="key-shown">
        <bdi className="mono break" dir="ltr">{secret}</bdi>
        <CopyButton text={secret} label="Copy the key">Copy</CopyButton>
      </div>
      <div className="stack-s">
        <p className="small soft">With the key in the variable PORTCULLIS_KEY, and never in a page or an address:</p>
        <div className="key-shown"><code className="mono small break" dir="ltr">{curl}</code><CopyButton text={curl} label="Copy the command" /></div>
      </div>
      <div className="row-end">
        {onTest && <Button onPress={onTest}>Copied: test it</Button>}
        <Button look="main" onPress={onClose}>I have copied it</Button>
      </div>
    </Dialog>
  )
}
