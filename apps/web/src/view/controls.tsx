import {
  Activity,
  Ellipsis,
  Maximize,
  MessageSquare,
  Mic,
  MicOff,
  Minimize,
  MonitorUp,
  MonitorX,
  PhoneOff,
  PictureInPicture2,
  Settings2,
  Video,
  VideoOff,
} from 'lucide'
import type { StageModel } from '../state/stage-model.ts'
import { useWords } from './app-context.ts'
import { RoundButton } from './round-button.tsx'

/** What the browser can show a call in; undefined where it can't. */
export interface ScreenModes {
  isFullscreen: boolean
  toggleFullscreen: (() => void) | undefined
  togglePictureInPicture: (() => void) | undefined
}

/** The one row of controls. */
export function Controls({ page, modes }: { page: StageModel; modes: ScreenModes }) {
  const words = useWords()
  const panel = page.panel.value
  return (
    <nav class="controls" aria-label={words.controls}>
      <MediaControls page={page} />
      <ChatControl page={page} />
      <RoundButton
        class="wide"
        icon={Settings2}
        label={words.devices}
        testId="devices"
        isMarked={panel === 'devices'}
        isExpanded={panel === 'devices'}
        onPress={() => page.toggle('devices')}
      />
      {modes.togglePictureInPicture && (
        <RoundButton
          class="wide"
          icon={PictureInPicture2}
          label={words.pictureInPicture}
          keyHint="P"
          testId="picture-in-picture"
          onPress={modes.togglePictureInPicture}
        />
      )}
      {modes.toggleFullscreen && (
        <RoundButton
          class="wide"
          icon={modes.isFullscreen ? Minimize : Maximize}
          label={modes.isFullscreen ? words.exitFullscreen : words.fullscreen}
          keyHint="F"
          testId="fullscreen"
          onPress={modes.toggleFullscreen}
        />
      )}
      <RoundButton
        class="wide"
        icon={Activity}
        label={words.details}
        keyHint="D"
        testId="details"
        isMarked={panel === 'details'}
        isExpanded={panel === 'details'}
        onPress={() => page.toggle('details')}
      />
      <RoundButton
        icon={Ellipsis}
        label={words.more}
        testId="more"
        isMarked={panel === 'more'}
        isExpanded={panel === 'more'}
        onPress={() => page.toggle('more')}
      />
      <RoundButton
        isStop
        icon={PhoneOff}
        label={words.hangUp}
        testId="hangup"
        onPress={() => page.leave()}
      />
    </nav>
  )
}

function MediaControls({ page }: { page: StageModel }) {
  const words = useWords()
  const { local, screen } = page
  const isHeard = local.microphone.state.value.name === 'on' && !local.isMuted.value
  const isSeen = local.camera.state.value.name === 'on'
  const isSharing = screen.state.value.name === 'on'
  return (
    <>
      <RoundButton
        icon={isHeard ? Mic : MicOff}
        label={isHeard ? words.mute : words.unmute}
        keyHint="M"
        testId="toggle-mic"
        isMarked={!isHeard}
        badge={local.microphone.state.value.name === 'failed' ? '!' : undefined}
        onPress={() => page.toggleMicrophone()}
      />
      <RoundButton
        icon={isSeen ? Video : VideoOff}
        label={isSharing ? words.cameraPaused : isSeen ? words.cameraOff : words.cameraOn}
        keyHint="V"
        testId="toggle-camera"
        isMarked={!isSeen}
        isDisabled={isSharing}
        badge={local.camera.state.value.name === 'failed' ? '!' : undefined}
        onPress={() => page.toggleCamera()}
      />
      {screen.isPossible && (
        <RoundButton
          icon={isSharing ? MonitorX : MonitorUp}
          label={isSharing ? words.stopSharing : words.shareScreen}
          keyHint="S"
          testId="share-screen"
          isMarked={isSharing}
          onPress={() => void screen.toggle()}
        />
      )}
    </>
  )
}

function ChatControl({ page }: { page: StageModel }) {
  const words = useWords()
  const unread = page.chat.unread.value
  const isOpen = page.panel.value === 'chat'
  return (
    <RoundButton
      icon={MessageSquare}
      label={unread > 0 ? `${words.chat}: ${words.chatUnread(unread)}` : words.chat}
      keyHint="C"
      testId="toggle-chat"
      isMarked={isOpen}
      isExpanded={isOpen}
      badge={unread > 0 ? String(Math.min(unread, 99)) : undefined}
      onPress={() => page.toggle('chat')}
    />
  )
}
