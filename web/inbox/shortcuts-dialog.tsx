// The shortcuts, all on one page, with the switch that turns them off.
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { Toggle } from '../controls/ticks.tsx'
import { actions, keyName } from './shortcuts.ts'

interface Props { open: boolean; onClose: () => void; on: boolean; onSwitch: (on: boolean) => void }

export function ShortcutsDialog({ open, onClose, on, onSwitch }: Props) {
  return (
    <Dialog title="Keyboard shortcuts" open={open} onClose={onClose}>
      <dl className="shortcuts">
        {Object.entries(actions).map(([action, { keys, label }]) => (
          <div key={action}>
            <dt>{keys.map((key) => <kbd key={key}>{keyName(key)}</kbd>)}</dt>
            <dd>{label}</dd>
          </div>
        ))}
        <div><dt><kbd>Ctrl</kbd><kbd>Enter</kbd></dt><dd>Send what is written (<kbd>⌘</kbd> on a Mac)</dd></div>
      </dl>
      <Toggle isSelected={on} onChange={onSwitch}>Use single-key shortcuts</Toggle>
      <p className="small soft">They never act while you write in a field. The arrow keys act in the list only.</p>
      <div className="row-end"><Button autoFocus onPress={onClose}>Close</Button></div>
    </Dialog>
  )
}
