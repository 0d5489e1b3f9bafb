import { useRef } from 'preact/hooks'
import type { TvModel } from '../../state/cast/tv-model.ts'
import { useScreenModes } from '../use-screen-modes.ts'
import { CodeScreen } from './code-screen.tsx'
import { PictureScreen } from './picture-screen.tsx'
import { TvControls } from './tv-controls.tsx'
import { TvPicture } from './tv-picture.tsx'
import { useRemoteControl } from './use-remote-control.ts'
import { useTvWords } from './use-tv-words.ts'

/** `/tv`: a code for whoever wants to show something, then what is shown. */
export function TvPage({ page }: { page: TvModel }) {
  const words = useTvWords()
  const rootRef = useRef<HTMLElement>(null)
  const videoRef = useRef<HTMLVideoElement>(null)
  const modes = useScreenModes(videoRef)
  useRemoteControl(page, { rootRef, modes })
  const screen = page.screen.value
  return (
    <main
      ref={rootRef}
      class="tv on-canvas"
      data-testid="tv"
      data-screen={screen}
      data-state={page.state.value.name}
      data-quiet={page.isQuiet.value}
    >
      <TvPicture page={page} videoRef={videoRef} />
      {screen === 'code' && <CodeScreen page={page} />}
      {screen === 'picture' && <PictureScreen page={page} />}
      {screen === 'impossible' && <p class="tv-impossible">{words.impossible}</p>}
      <TvControls page={page} modes={modes} />
    </main>
  )
}
