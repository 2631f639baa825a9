// What stands in place of a page that could not be drawn: a part of it did not come, or it has a fault.
import type { ErrorComponentProps } from '@tanstack/react-router'
import { Button } from '../controls/button.tsx'
import { Icon } from './icon.tsx'

export function Broken({ error }: ErrorComponentProps) {
  return (
    <main className="alone" id="main">
      <title>This page did not open · Portcullis</title>
      <div className="alone-card card stack" role="alert">
        <span className="alone-icon" data-tone="danger"><Icon name="warning" size={26} /></span>
        <h1>This page did not open</h1>
        <p>The workspace may have been updated since you opened it, or the connection was cut. Load it again: answers that you began are kept in this browser.</p>
        <p className="small soft">If it does not open then either, tell whoever runs the server what it says: <span className="mono break">{error instanceof Error ? error.message : String(error)}</span></p>
        <div><Button look="main" onPress={() => location.reload()}>Load again</Button></div>
      </div>
    </main>
  )
}
