import { CircleAlert } from 'lucide'
import { apiSentence, type ApiFault } from '../../i18n/api-sentences.ts'
import { useApp } from '../app-context.ts'
import { Icon } from '../icon.tsx'

/** What went wrong, said as soon as it did; nothing while nothing did. */
export function FaultText({ fault, id }: { fault: ApiFault | null; id?: string }) {
  const { languages } = useApp()
  return (
    <div role="alert" id={id} data-testid={fault ? 'fault' : undefined} data-code={fault?.code}>
      {fault && (
        <p class="fault-text">
          <Icon of={CircleAlert} size={20} />
          {apiSentence(fault, languages.language.value)}
        </p>
      )}
    </div>
  )
}
