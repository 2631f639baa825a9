// The recovery codes of somebody who enrolled by a link: shown once, and kept before the page goes on.
import { useState } from 'react'
import { Button } from '../controls/button.tsx'
import { Tick } from '../controls/ticks.tsx'
import { RecoveryCodes } from '../setup/recovery-codes.tsx'

export function KeptCodes({ codes, onKept }: { codes: readonly string[]; onKept: () => void }) {
  const [kept, setKept] = useState(false)
  return (
    <>
      <header className="stack-s">
        <h1 tabIndex={-1}>Keep these recovery codes</h1>
        <p className="soft">Each signs you in once when your phone is not at hand. They are shown now and never again.</p>
      </header>
      <RecoveryCodes codes={codes} />
      <Tick isSelected={kept} onChange={setKept}>I have kept them somewhere safe, not only on this device.</Tick>
      <Button look="main" wide isDisabled={!kept} onPress={onKept}>Continue</Button>
    </>
  )
}
