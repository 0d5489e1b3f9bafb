import { Check, X } from 'lucide'
import { useSignal, useSignalEffect } from '@preact/signals'
import type { RoomGuest } from '@duet/client'
import type { CallPageModel } from '../state/call-page-model.ts'
import { useWords } from './app-context.ts'
import { Icon } from './icon.tsx'

/** To the owner of a room: who knocks, and may be let in. */
export function Knocking({ page }: { page: CallPageModel }) {
  const words = useWords()
  const guests = useSignal<readonly RoomGuest[]>(page.call.guests)
  useSignalEffect(() => page.call.on('guests', (next) => (guests.value = next)))
  return (
    <ul class="knocks on-canvas" data-testid="knocks" role="status" aria-live="polite">
      {guests.value.map(({ id, name }) => (
        <li key={id} class="knock">
          <p>
            <bdi>{words.knocks(name)}</bdi>
          </p>
          <button
            type="button"
            class="primary"
            data-testid="let-in"
            aria-label={words.letInName(name)}
            onClick={() => page.call.admit(id, true)}
          >
            <Icon of={Check} size={20} />
            {words.letIn}
          </button>
          <button
            type="button"
            class="secondary"
            data-testid="not-now"
            aria-label={words.notNowName(name)}
            onClick={() => page.call.admit(id, false)}
          >
            <Icon of={X} size={20} />
            {words.notNow}
          </button>
        </li>
      ))}
    </ul>
  )
}
