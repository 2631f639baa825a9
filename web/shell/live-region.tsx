// The one live region of the app, at its top level: announcements and toasts.
import { Button } from '../controls/button.tsx'
import { dismiss, useToasts } from './announce.ts'
import { Icon } from './icon.tsx'

export function LiveRegion() {
  const toasts = useToasts()
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map((one) => one.seen
        ? (
          <div className="toast" key={one.id}>
            <Icon name="check" size={18} />
            <span className="grow">{one.text}</span>
            <Button look="icon" size="s" icon="close" aria-label="Dismiss" onPress={() => dismiss(one.id)} />
          </div>
        )
        : <span className="hidden" key={one.id}>{one.text}</span>)}
    </div>
  )
}
