import type { CastModel } from '../../state/cast/cast-model.ts'
import { CopyButton } from '../copy-button.tsx'
import { NoticeCard } from '../notice-card.tsx'
import { useCastWords } from './use-cast-words.ts'

/** What of this browser or this page stands in the way, and the one button that helps. */
export function CastObstacle({ model }: { model: CastModel }) {
  const words = useCastWords()
  const { obstacle, origin } = model.options
  if (!obstacle) return null
  const { text, button } = words.obstacles[obstacle]
  const code = model.entry.text.value
  const link = `${origin}/cast${code && `#${code}`}`
  return (
    <NoticeCard text={text}>
      {obstacle === 'insecure' && model.secureLink && (
        <a class="button secondary" href={model.secureLink}>
          {button}
        </a>
      )}
      {obstacle === 'framed' && (
        <a class="button secondary" href={link} target="_blank" rel="noopener">
          {button}
        </a>
      )}
      {(obstacle === 'no-webrtc' || obstacle === 'in-app-browser') && (
        <CopyButton text={link} label={button} testId="copy-link" />
      )}
    </NoticeCard>
  )
}
