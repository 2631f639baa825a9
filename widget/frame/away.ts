// The form that is shown while nobody is there: a message, and how to reach who wrote it.
import type { Words } from '../words.ts'
import { make, tell } from './element.ts'
import { lengthOf, LONGEST, roomLeft } from './composer.ts'

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/

/** @param send takes what was filled in */
export function drawAway({ words, awayText, send }: { words: Words; awayText: string; send: (given: { name?: string; email: string; text: string }) => void }) {
  const name = make('input', { id: 'name', type: 'text', autocomplete: 'name', maxlength: '100', dir: 'auto' })
  const email = make('input', { id: 'email', type: 'email', autocomplete: 'email', maxlength: '254', dir: 'ltr', inputmode: 'email', 'aria-describedby': 'email-fault' })
  const text = make('textarea', { id: 'text', rows: '4', dir: 'auto', 'aria-describedby': 'text-fault' })
  const emailFault = make('p', { class: 'fault', id: 'email-fault', role: 'alert', hidden: '' })
  const textFault = make('p', { class: 'fault', id: 'text-fault', role: 'alert', hidden: '' })
  const submit = make('button', { class: 'main', type: 'submit', text: words.sendAway })
  const form = make('form', { class: 'away', novalidate: '' },
    ...(awayText === '' ? [] : [make('p', { dir: 'auto', text: awayText })]),
    make('p', { text: words.leave }),
    make('label', { for: 'name', text: words.name }), name,
    make('label', { for: 'email', text: words.email }), email, emailFault,
    make('label', { for: 'text', text: words.message }), text, textFault,
    submit)
  text.addEventListener('input', () => tell(textFault, roomLeft(words, text.value)))
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const given = { name: name.value.trim(), email: email.value.trim(), text: text.value.trim() }
    const wrongEmail = !EMAIL.test(given.email)
    const wrongText = given.text === '' || lengthOf(text.value) > LONGEST
    tell(emailFault, wrongEmail ? words.wrongEmail : '')
    tell(textFault, given.text === '' ? words.noMessage : roomLeft(words, text.value))
    email.setAttribute('aria-invalid', String(wrongEmail))
    text.setAttribute('aria-invalid', String(wrongText))
    if (wrongEmail) return email.focus()
    if (wrongText) return text.focus()
    text.value = ''
    send({ ...(given.name === '' ? {} : { name: given.name }), email: given.email, text: given.text })
  })
  return { form, focus: () => (email.value === '' ? name : text).focus() }
}
