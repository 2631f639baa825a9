// An address that leads nowhere.
import { useTitle } from '../shell/page.tsx'
import { Gate } from './gate.tsx'

export function NotFound() {
  useTitle('Not found')
  return (
    <Gate>
      <header>
        <h1>There is nothing at this address</h1>
        <p>The link may be old or cut short. <a href="/">Start from the front page</a>.</p>
      </header>
    </Gate>
  )
}
