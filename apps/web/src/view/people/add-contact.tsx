import { signal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { Submission } from '../../state/people/submission.ts'
import { useAccount, usePeopleWords, type Home } from './account-context.ts'
import { FaultText } from './fault-text.tsx'
import { Form } from './form.tsx'

/** Asks somebody by its user name, where people see their contacts only. */
export function AddContact({ home }: { home: Home }) {
  const { api } = useAccount()
  const words = usePeopleWords().people
  const name = useMemo(() => signal(''), [])
  const asked = useMemo(() => signal(''), [])
  const submission = useMemo(() => new Submission(), [home])
  const submit = async () => {
    const wanted = name.peek().trim()
    if (wanted === '') return
    const done = await submission.run(() => api.askContactByName(wanted))
    if (!done) return
    asked.value = wanted
    name.value = ''
  }
  const fault = submission.fault.value
  const isNobody = fault?.code === 'not-found' || fault?.code === 'bad-user-name'
  return (
    <Form class="add-contact" onSubmit={() => void submit()}>
      <label for="contact-name">{words.addLabel}</label>
      <div class="copy-row">
        <input
          id="contact-name"
          type="text"
          dir="auto"
          autoComplete="off"
          autoCapitalize="none"
          spellcheck={false}
          data-testid="contact-name"
          value={name.value}
          aria-describedby="contact-said"
          onInput={(event) => {
            name.value = event.currentTarget.value
            submission.clear()
          }}
        />
        <button type="submit" class="secondary" aria-busy={submission.isBusy.value}>
          {words.add}
        </button>
      </div>
      <p id="contact-said" class={isNobody ? 'hint fault' : 'hint'} aria-live="polite" dir="auto">
        {isNobody ? words.addNobody : submission.isDone.value ? words.addDone(asked.value) : ''}
      </p>
      <FaultText fault={isNobody ? null : fault} />
    </Form>
  )
}
