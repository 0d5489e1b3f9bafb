import { Server, Undo2 } from 'lucide'
import type { StageModel } from '../state/stage-model.ts'
import { useWords } from './app-context.ts'
import { Icon } from './icon.tsx'

interface PageProps {
  page: StageModel
}

/** How sound and picture go, in a word or two. */
export function MediaMode({ page }: PageProps) {
  const words = useWords()
  const mode = page.details.mode.value
  if (!mode) return null
  return (
    <span class="path-word" data-testid="media-mode" data-mode={mode}>
      {words.path[mode]}
    </span>
  )
}

/** What that means; through the server, with the way back. */
export function MediaModeNote({ page }: PageProps) {
  const words = useWords()
  const mode = page.details.mode.value
  if (!mode) return null
  return (
    <>
      <p>{words.pathExplain[mode]}</p>
      {mode === 'server' && <MoveMedia page={page} />}
    </>
  )
}

/** Through the server, or back: for both sides. */
export function MoveMedia({ page, isItem = false }: PageProps & { isItem?: boolean }) {
  const words = useWords()
  const { mediaMoves } = page
  if (!mediaMoves.isPossible) return null
  const isBack = mediaMoves.isToServer
  const { isHeld } = mediaMoves
  return (
    <button
      type="button"
      class={isItem ? 'menu-item' : 'secondary'}
      data-testid="move-media"
      data-via={isBack ? 'server' : 'direct'}
      aria-disabled={isHeld || undefined}
      onClick={() => {
        if (!isHeld) mediaMoves.toggle()
      }}
    >
      <Icon of={isBack ? Undo2 : Server} size={20} />
      <span>
        {isBack ? words.goDirectly : words.goThroughServer}
        {isHeld && <span class="menu-hint">{words.moveHeld}</span>}
      </span>
    </button>
  )
}
