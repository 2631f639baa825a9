// Changing what is known of a customer by hand.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../controls/button.tsx'
import { useFirstFault } from '../controls/first-fault.ts'
import { ProblemNote } from '../controls/note.tsx'
import { TextField } from '../controls/text-field.tsx'
import { call } from '../http/api.ts'
import { faultAt, problemOf } from '../http/problem.ts'
import type { Card, Opened } from '../inbox/shapes.ts'
import { toast } from '../shell/announce.ts'

export function CustomerForm({ conversation, customer, onDone }: { conversation: string; customer: Card; onDone: () => void }) {
  const client = useQueryClient()
  const [name, setName] = useState(customer.name ?? '')
  const [email, setEmail] = useState(customer.email ?? '')
  const [phone, setPhone] = useState(customer.phone ?? '')
  const save = useMutation({
    mutationFn: () => call<{ customer: Card }>('PATCH', `/customers/${encodeURIComponent(customer.id)}`, { body: changed(customer, { name, email, phone }) }),
    onSuccess: (answer) => {
      client.setQueryData<Opened>(['conversation', conversation], (before) => before && { ...before, customer: answer.customer })
      void client.invalidateQueries({ queryKey: ['conversation', conversation] })
      void client.invalidateQueries({ queryKey: ['inbox', 'list'] })
      toast('Saved.')
      onDone()
    },
  })
  const problem = save.error ? problemOf(save.error) : null
  const area = useFirstFault<HTMLFormElement>(problem?.faults ?? [])
  return (
    <form className="stack" ref={area} noValidate onSubmit={(event) => { event.preventDefault(); if (!save.isPending) save.mutate() }}>
      <TextField label="Name" value={name} onChange={setName} dir="auto" maxLength={200} autoComplete="off" fault={faultAt(problem?.faults, '/name')} autoFocus />
      <TextField label="Email" type="email" value={email} onChange={setEmail} maxLength={254} autoComplete="off" fault={faultAt(problem?.faults, '/email')} />
      <TextField label="Phone" type="tel" value={phone} onChange={setPhone} maxLength={40} autoComplete="off" fault={faultAt(problem?.faults, '/phone')} />
      {problem && !problem.faults?.length && <ProblemNote problem={problem} />}
      <div className="row">
        <Button look="main" size="s" type="submit" pending={save.isPending}>{save.isPending ? 'Saving…' : 'Save'}</Button>
        <Button size="s" onPress={onDone}>Cancel</Button>
      </div>
    </form>
  )
}

/** Only what is different; an emptied line becomes null. */
function changed(customer: Card, typed: { name: string; email: string; phone: string }): Record<string, string | null> {
  return Object.fromEntries(Object.entries(typed).map(([key, text]) => [key, text.trim() || null] as const).filter(([key, value]) => value !== customer[key as 'name']))
}
