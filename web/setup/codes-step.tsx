// Step four: recovery codes, shown once; then the way to sign in.
import { useState } from 'react'
import { Button } from '../controls/button.tsx'
import { Note } from '../controls/note.tsx'
import { Tick } from '../controls/ticks.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'

interface Props { codes: readonly string[]; signInUrl: string; email: string; done: boolean; onKept: () => void }

export function CodesStep({ codes, signInUrl, email, done, onKept }: Props) {
  const [kept, setKept] = useState(false)
  if (done) {
    return (
      <>
        <header className="stack-s">
          <h1 tabIndex={-1}>The gate stands</h1>
          <p className="soft">Your workspace is ready. Sign in as <strong className="break">{email}</strong>.</p>
        </header>
        <Note>First thing inside: Settings &amp; Features, then Privacy &amp; Security. Until you save a white-list, any address may reach the sign-in page.</Note>
        <a className="button" data-look="main" data-wide href={signInUrl}>Sign in</a>
      </>
    )
  }
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
