import { CircleAlert } from 'lucide'
import type { CastModel } from '../../state/cast/cast-model.ts'
import { Icon } from '../icon.tsx'
import { useCastWords } from './use-cast-words.ts'

/** What came of the last press, when it was not a picture. */
export function CastNotice({ model }: { model: CastModel }) {
  const words = useCastWords()
  const notice = model.notice.value
  return (
    <p class="cast-notice" role="status" data-testid="cast-notice">
      {notice && (
        <>
          <Icon of={CircleAlert} size={20} />
          <span>{words.notices[notice]}</span>
        </>
      )}
    </p>
  )
}
