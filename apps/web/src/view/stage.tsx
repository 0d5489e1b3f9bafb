import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import type { StageModel } from '../state/stage-model.ts'
import { CallStatus } from './call-status.tsx'
import { CaptureSlot } from './captures/capture-slot.tsx'
import { ChatPanel } from './chat-panel.tsx'
import { Controls, type ScreenModes } from './controls.tsx'
import { DetailsPanel } from './details-panel.tsx'
import { MismatchDialog } from './mismatch-dialog.tsx'
import { DevicesPanel, HelpPanel, MorePanel } from './more-panel.tsx'
import { RemoteView } from './remote-view.tsx'
import { SelfView } from './self-view.tsx'
import { Stuck } from './stuck.tsx'
import { TvPanel } from './tv-panel.tsx'
import { useIdleTouch } from './use-idle-touch.ts'
import { useScreenModes } from './use-screen-modes.ts'
import { useShortcuts } from './use-shortcuts.ts'
import { VerifiedBadge, VerifiedPanel } from './verified-badge.tsx'

export interface StageProps {
  page: StageModel
  /** Stands where nobody else is there yet. */
  waiting?: ComponentChildren
  /** What is known of the other side, and its explanation; the link's key when left out. */
  badge?: ComponentChildren
  explanation?: ComponentChildren
  /** It lies over another page, and is the main part only while it covers that. */
  isLayer?: boolean
  /** Drawn small over another page: nothing but the picture. */
  isSmall?: boolean
  /** Nothing but the picture yet: laying out the rest would delay its first frame. */
  isBare?: boolean
  /** Beside the status. */
  children?: ComponentChildren
}

/** The call itself: a dark canvas, the other person, and little else. */
export function Stage(props: StageProps) {
  const { page, isLayer = false, isSmall = false } = props
  const videoRef = useRef<HTMLVideoElement>(null)
  const modes = useScreenModes(videoRef)
  useShortcuts(page, modes, { isOff: isSmall })
  useIdleTouch(page.idle)
  const { name } = page.model.state.value
  const isQuiet = name === 'connected' && page.idle.isIdle.value && page.panel.value === null
  // One element either way: to make it anew would stop picture and sound.
  const Frame = isLayer ? 'div' : 'main'
  return (
    <Frame
      {...(isLayer && !isSmall && { role: 'main' })}
      class="stage on-canvas"
      data-state={name}
      data-quiet={isQuiet}
      data-panel={page.panel.value ?? 'none'}
    >
      <RemoteView page={page} videoRef={videoRef} />
      <CaptureSlot page={page} />
      {!props.isBare && <Surroundings {...props} modes={modes} />}
    </Frame>
  )
}

/** Everything around the picture. */
function Surroundings(props: StageProps & { modes: ScreenModes }) {
  const { page, modes, badge, children, explanation, waiting } = props
  const { name } = page.model.state.value
  return (
    <>
      <div class="stage-centre">
        <div class="top-row">
          <CallStatus page={page} />
          {badge ?? <VerifiedBadge page={page} />}
          {children}
        </div>
        {name === 'waiting' && waiting}
        {name === 'connecting' && <Stuck page={page} />}
      </div>
      <SelfView page={page} />
      <Controls page={page} modes={modes} />
      <ChatPanel page={page} />
      <DevicesPanel page={page} />
      <DetailsPanel page={page} />
      {explanation ?? <VerifiedPanel page={page} />}
      <HelpPanel page={page} />
      <TvPanel page={page} />
      <MorePanel page={page} modes={modes} />
      <MismatchDialog page={page} />
    </>
  )
}
