import { Tv, Undo2 } from 'lucide'
import { useEffect } from 'preact/hooks'
import { isTogetherIn, type StageModel } from '../state/stage-model.ts'
import { useWords } from './app-context.ts'
import { Icon } from './icon.tsx'
import { Panel } from './panel.tsx'
import { useLater } from './use-later.ts'

/** The form, once what moves the picture is there too. */
async function load(page: StageModel) {
  const [{ CallCastForm }] = await Promise.all([import('../call-cast-app.tsx'), page.onTv.load()])
  return { Form: CallCastForm }
}

/** Moves the remote picture to a TV; what stands in it is loaded when it is opened. */
export function TvPanel({ page }: { page: StageModel }) {
  const words = useWords()
  const isOpen = page.panel.value === 'tv'
  const isTogether = isTogetherIn(page)
  const loaded = useLater(page, isOpen, load)
  // Nobody is there whose picture could move.
  useEffect(() => {
    if (isOpen && !isTogether) page.closePanel()
  }, [isOpen, isTogether, page])
  const cast = page.onTv.cast.value
  return (
    <Panel title={words.callOnTv} isOpen={isOpen} onClose={() => page.closePanel()}>
      {loaded && cast ? <loaded.Form cast={cast} /> : <p class="hint">{words.loading}</p>}
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
