// Step one: what the brand is called and the address its people will open.
import { useState, type FormEvent } from 'react'
import { slugFrom } from '#policy/brand-name.ts'
import { Button } from '../controls/button.tsx'
import { useFirstFault } from '../controls/first-fault.ts'
import { Note } from '../controls/note.tsx'
import { TextField } from '../controls/text-field.tsx'
import { faultAt } from '../http/problem.ts'
import type { Fault, SetupOpen } from '../http/shapes.ts'
import { brandFaults, type StepProps } from './answers.ts'

export function BrandStep({ answers, change, faults, open, onNext }: StepProps & { open: SetupOpen; onNext: () => void }) {
  const [own, setOwn] = useState<Fault[]>([])
  const form = useFirstFault<HTMLFormElement>(own)
  const all = [...own, ...faults]
  const slugFault = faultAt(all, 'brand/slug')
  const offer = slugFault?.offer
  const fixed = open.brand !== null
  const slug = open.brand?.slug ?? answers.slug

  function submit(event: FormEvent) {
    event.preventDefault()
    const found = fixed ? [] : brandFaults(answers)
    setOwn(found)
    if (found.length === 0) onNext()
  }

  return (
    <form className="stack" ref={form} onSubmit={submit} noValidate>
      <header className="stack-s">
        <h1 tabIndex={-1}>Welcome. Let us raise the gate.</h1>
        <p className="soft">Setup takes about three minutes. Have your phone with an authenticator app at hand.</p>
      </header>
      {fixed
        ? <Note title={open.brand?.name}>This link makes the first admin of this brand.</Note>
        : (
          <>
            <TextField label="Name of your brand" name="brand-name" autoFocus autoComplete="organization" value={answers.brandName} fault={faultAt(all, 'brand/name')}
              help="As your people and customers know it."
              onChange={(brandName) => change({ brandName, ...(answers.slugTouched ? {} : { slug: slugFrom(brandName) }) })} />
            <TextField label="Its address" name="brand-slug" autoCapitalize="none" spellCheck={false} autoComplete="off" value={answers.slug} fault={slugFault}
              onChange={(text) => change({ slug: text.toLowerCase().replace(/\s+/g, '-'), slugTouched: text !== '' })} />
            {offer !== undefined && offer !== answers.slug && <div><Button size="s" onPress={() => change({ slug: offer, slugTouched: true })}>Use <span className="mono">{offer}</span></Button></div>}
          </>
        )}
      <p className="small soft">Your people will sign in at <bdi className="mono break">{open.publicUrl.replace(/\/$/, '')}/b/{slug || '…'}/</bdi></p>
      <Button look="main" type="submit" wide>Continue</Button>
    </form>
  )
}
