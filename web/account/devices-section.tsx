// Your devices: browsers that have signed in as you, which of them need no code, and forgetting them.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { countOf, dayOf, instantOf } from '../controls/words.ts'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import type { OwnDevice, OwnDevices, Problem } from '../http/shapes.ts'
import { Icon } from '../shell/icon.tsx'
import { Failed } from '../shell/page.tsx'

/** The parts of a user agent that a person knows. */
const nameOf = (device: OwnDevice): string => [device.browser, device.system].filter(Boolean).join(' on ') || 'A browser'

export function DevicesSection() {
  const client = useQueryClient()
  const found = useQuery({ queryKey: ['own-devices'], queryFn: () => call<OwnDevices>('GET', '/account/devices') })
  const [asking, setAsking] = useState<OwnDevice | 'all' | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)

  async function forget(which: OwnDevice | 'all') {
    setAsking(null)
    setProblem(null)
    try {
      if (which === 'all') await call('POST', '/account/devices/forget-all')
      else await call('DELETE', `/account/devices/${which.id}`)
    } catch (error) {
      const said = problemOf(error)
      if (said.code !== 'step_up.required') setProblem(said)
    }
    for (const key of ['own-devices', 'own-sessions']) void client.invalidateQueries({ queryKey: [key] })
  }

  const devices = found.data?.devices ?? []
  return (
    <section className="card account-part" aria-labelledby="devices">
      <div className="account-head">
        <h2 id="devices">Devices</h2>
        <p className="soft small">Browsers you have signed in with. Wrong tries of others never lock you out of these.</p>
      </div>
      <div className="stack">
        {found.error && <Failed problem={problemOf(found.error)} onAgain={() => void found.refetch()} />}
        {found.isPending && <div className="pulse" style={{ blockSize: '4rem' }} role="status" aria-label="Loading" />}
        {problem && <ProblemNote problem={problem} />}
        {found.data && devices.length === 0 && <p className="soft">None is known.</p>}
        {devices.length > 0 && (
          <ul className="factor-list">
            {devices.map((device) => (
              <li key={device.id}>
                <Icon name="twoFactor" />
                <span className="grow break">
                  {nameOf(device)} {device.here && <span className="badge" data-tone="good">This browser</span>} {device.trustedUntil !== null && <span className="badge" title={instantOf(device.trustedUntil)}>No code until {dayOf(device.trustedUntil)}</span>}
                </span>
                <span className="soft small">last used {dayOf(device.lastUsedAt)}{device.address && <> from <bdi className="mono">{device.address}</bdi></>}</span>
                <Button look="quiet" size="s" aria-label={`Forget ${nameOf(device)}`} onPress={() => setAsking(device)}>Forget</Button>
              </li>
            ))}
          </ul>
        )}
        {devices.length > 1 && <div><Button onPress={() => setAsking('all')}>Forget all</Button></div>}
      </div>
      <Dialog title={asking === 'all' ? `Forget all ${countOf(devices.length, 'device')}?` : 'Forget this device?'} open={asking !== null} role="alertdialog" onClose={() => setAsking(null)}>
        <p>Its trust and its sessions end at once, but for the one you are in. You can sign in there again, with a code where one is asked.</p>
        <div className="row-end">
          <Button onPress={() => setAsking(null)}>Cancel</Button>
          <Button look="main" onPress={() => { if (asking !== null) void forget(asking) }}>Forget</Button>
        </div>
      </Dialog>
    </section>
  )
}
