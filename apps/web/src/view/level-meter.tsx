import { useEffect, useRef } from 'preact/hooks'
import { watchLevel } from '../browser/level.ts'
import type { LocalMedia } from '../state/local-media.ts'
import { useWords } from './app-context.ts'

/** Moves with one's own voice, so that one sees that the microphone works. */
export function LevelMeter({ local }: { local: LocalMedia }) {
  const words = useWords()
  const ref = useRef<HTMLDivElement>(null)
  const state = local.microphone.state.value
  const track = state.name === 'on' ? state.track : undefined
  useEffect(() => {
    if (!track) return undefined
    return watchLevel(track, (level) => {
      ref.current?.style.setProperty('--level', String(level))
    })
  }, [track])
  return (
    <div class="level-meter" ref={ref} role="img" aria-label={words.level} data-on={!!track}>
      <i />
      <i />
      <i />
      <i />
      <i />
    </div>
  )
}
