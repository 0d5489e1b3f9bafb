import { useRef, useState } from 'preact/hooks'
import type { StageModel } from '../state/stage-model.ts'
import { cornerByKey, nearestCorner, nextCorner, type Corner } from '../state/corner.ts'
import { useWords } from './app-context.ts'
import { TrackVideo } from './track-video.tsx'

/** Movements shorter than this, in CSS pixels, are a press and not a drag. */
const DRAG_THRESHOLD = 6

/** One's own picture, small: goes to the corner where it is dragged, or where the arrow keys send it. */
export function SelfView({ page }: { page: StageModel }) {
  const words = useWords()
  const [corner, setCorner] = useState<Corner>('bottom-right')
  const ref = useRef<HTMLDivElement>(null)
  const drag = useDrag(ref, setCorner)
  const { track, isScreen } = page.outgoing.video.value
  if (!track) return null
  return (
    <div
      ref={ref}
      class="self-view"
      role="button"
      tabIndex={0}
      data-testid="self-view"
      data-corner={corner}
      aria-label={`${words.yourPicture}. ${words.moveHint}`}
      title={words.moveHint}
      onDblClick={() => setCorner(nextCorner(corner))}
      onKeyDown={(event) => {
        const next = event.key === 'Enter' ? nextCorner(corner) : cornerByKey(corner, event.key)
        if (!next) return
        event.preventDefault()
        setCorner(next)
      }}
      {...drag}
    >
      <TrackVideo
        track={track}
        label={words.yourPicture}
        testId="local-video"
        class={isScreen ? 'whole' : 'mirrored'}
      />
    </div>
  )
}

/** Moves the element with the pointer; where it is let go, the nearest corner takes it. */
function useDrag(ref: { current: HTMLDivElement | null }, setCorner: (corner: Corner) => void) {
  const start = useRef<{ x: number; y: number } | null>(null)
  const move = (x: number, y: number) => {
    const element = ref.current
    if (element) element.style.translate = x || y ? `${x}px ${y}px` : ''
  }
  return {
    onPointerDown(event: PointerEvent) {
      if (event.button !== 0) return
      start.current = { x: event.clientX, y: event.clientY }
      ref.current?.setPointerCapture(event.pointerId)
    },
    onPointerMove(event: PointerEvent) {
      const from = start.current
      if (!from) return
      const x = event.clientX - from.x
      const y = event.clientY - from.y
      if (Math.hypot(x, y) >= DRAG_THRESHOLD) move(x, y)
    },
    onPointerUp(event: PointerEvent) {
      const from = start.current
      start.current = null
      move(0, 0)
      const isDrag =
        from && Math.hypot(event.clientX - from.x, event.clientY - from.y) >= DRAG_THRESHOLD
      if (!isDrag) return
      const area = { width: window.innerWidth, height: window.innerHeight }
      setCorner(nearestCorner({ x: event.clientX, y: event.clientY }, area))
    },
    onPointerCancel() {
      start.current = null
      move(0, 0)
    },
  }
}
