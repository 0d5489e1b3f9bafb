import { Mic, MicOff, PhoneOff, Video, VideoOff } from 'lucide'
import type { UserCallState } from '@duet/client'
import type { AccountCall } from '../../state/ringing/account-call.ts'
import type { CallsModel } from '../../state/ringing/calls-model.ts'
import { useWords } from '../app-context.ts'
import { NoticeCard } from '../notice-card.tsx'
import { RoundButton } from '../round-button.tsx'
import { TrackVideo } from '../track-video.tsx'
import { CallerFace } from './caller-face.tsx'
import { useRingingWords } from './use-ringing-words.ts'

/** Calling somebody: oneself, whom one calls, and whether it rings there. */
export function OutgoingCall({ calls, call }: { calls: CallsModel; call: AccountCall }) {
  const ringing = useRingingWords()
  const { displayName } = calls.nameOf(call.peer)
  const stage = ringingStage(call.state.value)
  return (
    <section
      class="ring-screen on-canvas"
      role="dialog"
      aria-modal="true"
      aria-label={ringing.callTo(displayName)}
      tabIndex={-1}
      data-autofocus
    >
      <OwnPicture call={call} />
      <div class="ring-who">
        <CallerFace name={displayName} isRinging={stage === 'ringing'} />
        <p class="ring-name">{displayName}</p>
        <p
          class="ring-state"
          role="status"
          aria-live="polite"
          data-testid="ringing-state"
          data-state={stage}
        >
          {ringing[stage]}
        </p>
        <DeviceNotice call={call} />
      </div>
      <div class="ring-actions">
        <DeviceButtons call={call} />
        <RoundButton
          isStop
          class="large"
          icon={PhoneOff}
          label={ringing.cancel}
          testId="cancel-call"
          onPress={() => call.end()}
        />
      </div>
    </section>
  )
}

function ringingStage(state: UserCallState): 'placing' | 'ringing' | 'unreached' {
  if (state.name !== 'ringing') return 'placing'
  return state.isRinging ? 'ringing' : 'unreached'
}

function OwnPicture({ call }: { call: AccountCall }) {
  const ringing = useRingingWords()
  const camera = call.own.local.camera.state.value
  if (camera.name !== 'on') return null
  return (
    <TrackVideo
      track={camera.track}
      label={ringing.ownPicture}
      testId="local-video"
      class="ring-picture mirrored"
    />
  )
}

function DeviceButtons({ call }: { call: AccountCall }) {
  const words = useWords()
  const { local } = call.own
  const isHeard = local.microphone.state.value.name === 'on' && !local.isMuted.value
  const isSeen = local.camera.state.value.name === 'on'
  return (
    <>
      <RoundButton
        icon={isHeard ? Mic : MicOff}
        label={isHeard ? words.mute : words.unmute}
        testId="toggle-mic"
        isMarked={!isHeard}
        onPress={() => void local.toggleMicrophone()}
      />
      <RoundButton
        icon={isSeen ? Video : VideoOff}
        label={isSeen ? words.cameraOff : words.cameraOn}
        testId="toggle-camera"
        isMarked={!isSeen}
        onPress={() => call.own.toggleCamera()}
      />
    </>
  )
}

/** What is wrong with the own devices, before the other person picks up. */
function DeviceNotice({ call }: { call: AccountCall }) {
  const words = useWords()
  const code = call.own.local.notice.value
  if (!code) return null
  const { text, button } = words.mediaNotices[code]
  return (
    <NoticeCard text={text}>
      <button type="button" class="secondary" onClick={() => void call.own.local.retry()}>
        {button}
      </button>
    </NoticeCard>
  )
}
