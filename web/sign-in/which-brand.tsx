// The front page: whoever comes without a brand in the address says which one.
import { useNavigate } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { Button } from '../controls/button.tsx'
import { TextField } from '../controls/text-field.tsx'
import { useTitle } from '../shell/page.tsx'
import { Gate } from './gate.tsx'

export function WhichBrand() {
  const navigate = useNavigate()
  const [slug, setSlug] = useState('')
  const [fault, setFault] = useState<{ message: string } | undefined>()
  useTitle('Your workspace')
  function submit(event: FormEvent) {
    event.preventDefault()
    const brand = slug.trim().toLowerCase()
    if (!/^[a-z0-9][a-z0-9-]*$/.test(brand)) return setFault({ message: 'The name in the address must be letters, digits and hyphens, such as acme.' })
    void navigate({ to: '/b/$brand', params: { brand } })
  }
  return (
    <Gate>
      <header>
        <h1>Which workspace?</h1>
        <p>Every brand has an address of its own. Type the name that stands in it after <span className="mono">/b/</span>.</p>
      </header>
      <form className="stack" onSubmit={submit} noValidate>
        <TextField label="Workspace" name="brand" autoFocus autoCapitalize="none" spellCheck={false} autoComplete="organization" value={slug} onChange={setSlug} fault={fault} />
        <Button look="main" type="submit" wide>Continue</Button>
      </form>
      <p className="small soft">First start? Open the setup link that the server printed in its terminal.</p>
    </Gate>
  )
}
