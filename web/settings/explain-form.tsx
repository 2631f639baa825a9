// A made-up case, put together in words: what somebody does, in which channel, and the facts of it; what is left alone is an ordinary case.
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { effective } from '#policy/effective.ts'
import { catalogue } from '#policy/catalogue.ts'
import { traced } from '#policy/explain.ts'
import { factText, readFacts } from '#policy/fact-reading.ts'
import { type FactForm, factWords, wholeFacts } from '#policy/fact-words.ts'
import { packed, type QuestionName, questions } from '#policy/questions.ts'
import { channelsQuery } from '../channels/channel.ts'
import { Button } from '../controls/button.tsx'
import { TextField } from '../controls/text-field.tsx'
import type { Fault } from '../http/shapes.ts'
import type { Hypothetical } from './explaining.ts'

const names = Object.keys(questions) as QuestionName[]
const defaults = effective({ version: 0, module: {} })
/** a question that looks at no setting of channels is the same in each */
const perChannel = (question: QuestionName): boolean => traced(question, defaults, wholeFacts(question, 0)).read.some((key) => catalogue[key].scope === 'channel')
const hidden = new Set(['now', 'exempt', 'ended', 'there', 'live', 'channelOn'])

interface Props { faults: readonly Fault[]; busy: boolean; onAsk: (asked: Hypothetical) => void }

export function ExplainForm({ faults, busy, onAsk }: Props) {
  const id = useId()
  const [question, setQuestion] = useState<QuestionName>('management-access')
  const [channel, setChannel] = useState('')
  const [given, setGiven] = useState<Readonly<Record<string, string>>>({})
  const [all, showAll] = useState(false)
  const channels = useQuery(channelsQuery).data?.channels ?? []
  const facts = Object.keys(packed(questions[question].usual)).filter((fact) => all || !hidden.has(fact))
  const inChannel = channels.length > 0 && perChannel(question)

  const said = Object.fromEntries(Object.entries(given).filter(([, text]) => text.trim() !== ''))
  // what is left alone may follow from what is said: a file holds what its name says
  const now = Date.now()
  const usual = wholeFacts(question, now, readFacts(question, said, now, 'facts').facts)

  function ask() {
    onAsk({ question, facts: said, ...(inChannel && channel !== '' ? { channel } : {}) })
  }

  return (
    <form className="card stack explain-form" onSubmit={(event) => { event.preventDefault(); ask() }}>
      <div className="explain-fields">
        <div className="field">
          <label className="field-label" htmlFor={`${id}-question`}>Somebody…</label>
          <select className="input" id={`${id}-question`} value={question} onChange={(event) => { setQuestion(event.target.value as QuestionName); setGiven({}) }}>
            {names.map((name) => <option key={name} value={name}>{questions[name].did}</option>)}
          </select>
        </div>
        {inChannel && (
          <div className="field">
            <label className="field-label" htmlFor={`${id}-channel`}>In the channel</label>
            <select className="input" id={`${id}-channel`} value={channel} onChange={(event) => setChannel(event.target.value)}>
              <option value="">None: what holds for all</option>
              {channels.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
            </select>
          </div>
        )}
        {facts.map((fact) => (
          <FactField key={`${question} ${fact}`} question={question} fact={fact} usual={factText(question, fact, given[fact] ? wholeFacts(question, now)[fact] : usual[fact], now)} value={given[fact] ?? ''} fault={faults.find(({ path }) => path === `facts/${fact}`)} onChange={(text) => setGiven({ ...given, [fact]: text })} />
        ))}
      </div>
      <div className="apart">
        <Button look="quiet" size="s" onPress={() => showAll(!all)}>{all ? 'Fewer facts' : 'More facts'}</Button>
        <Button look="main" type="submit" pending={busy}>Explain this case</Button>
      </div>
    </form>
  )
}

const examples: Partial<Record<FactForm['as'], string>> = { address: 'such as 198.51.100.7', bytes: 'such as 12 MB', ago: 'such as 45m ago', ahead: 'such as in 2h', moment: 'such as 2026-11-12T09:30Z, or 3 days ago', texts: 'several with commas between', exceptions: 'several with commas between' }

interface FieldProps { question: QuestionName; fact: string; usual: string; value: string; fault: Fault | undefined; onChange: (text: string) => void }

function FactField({ question, fact, usual, value, fault, onChange }: FieldProps) {
  const id = useId()
  const { label, form } = factWords(question, fact)
  const options = form.as === 'flag' ? { yes: 'Yes', no: 'No' } : form.as === 'choice' ? form.options : null
  if (options === null) return <TextField label={label} value={value} onChange={onChange} fault={fault} placeholder={usual} help={examples[form.as]} autoCapitalize="none" spellCheck={false} />
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>{label}</label>
      <select className="input" id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">As usual: {usual}</option>
        {Object.entries(options).map(([name, said]) => <option key={name} value={name}>{said}</option>)}
        {form.as === 'choice' && Object.keys(options).length > 10 && <option value="nothing">None of these</option>}
      </select>
    </div>
  )
}
