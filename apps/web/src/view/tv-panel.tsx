import { Tv, Undo2 } from 'lucide'
import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { CallCast } from '../state/cast/call-cast.ts'
import { isTogetherIn, type StageModel } from '../state/stage-model.ts'
import { useWords } from './app-context.ts'
import { Icon } from './icon.tsx'
import { Panel } from './panel.tsx'

type Content = ComponentType<{ cast: CallCast }>

/** Moves the remote picture to a TV; what stands in it is loaded when it is opened. */
export function TvPanel({ page }: { page: StageModel }) {
  const words = useWords()
  const isOpen = page.panel.value === 'tv'
  const isTogether = isTogetherIn(page)
  const [Content, setContent] = useState<Content | null>(null)
  useEffect(() => {
    if (!isOpen) return
    Promise.all([import('../call-cast-app.tsx'), page.onTv.load()]).then(
      ([{ CallCastForm }]) => setContent(() => CallCastForm),
      () => {
        page.closePanel()
        page.notices.show(({ loadFailed }) => loadFailed)
      },
    )
  }, [isOpen, page])
  // Nobody is there whose picture could move.
  useEffect(() => {
    if (isOpen && !isTogether) page.closePanel()
  }, [isOpen, isTogether, page])
  const cast = page.onTv.cast.value
  return (
    <Panel title={words.callOnTv} isOpen={isOpen} onClose={() => page.closePanel()}>
      {Content && cast ? <Content cast={cast} /> : <p class="hint">{words.loading}</p>}
    </Panel>
  )
}

/** Stands where the picture was, while it is on the TV. */
export function ShownOnTv({ page }: { page: StageModel }) {
  const words = useWords()
  return (
    <div class="avatar shown-on-tv">
      <div class="avatar-circle" aria-hidden="true">
        <Icon of={Tv} size={64} />
      </div>
      <p role="status">{words.shownOnTv(page.onTv.tvName.value)}</p>
      <button
        type="button"
        class="secondary"
        data-testid="call-cast-stop"
        onClick={() => page.onTv.stop()}
      >
        <Icon of={Undo2} size={20} />
        {words.takeBack}
      </button>
    </div>
  )
}
